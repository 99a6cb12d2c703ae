# For a Homebrew tap: Formula/plaintickets.rb.
class Plaintickets < Formula
  desc "@DESCRIPTION@"
  @HOMEPAGE_OF_FORMULA@
  url "@SDIST_ADDRESS@"
  sha256 "@SDIST_SHA256@"
  license "@LICENSE@"

  depends_on "git"
  depends_on "python@3.13"

  def install
    system "python3.13", "-m", "venv", libexec
    pip = [libexec/"bin/python", "-m", "pip", "install", "--no-cache-dir"]
    system(*pip, "--require-hashes", "-r", "requirements.lock")
    system(*pip, "--no-deps", ".")
    bin.install_symlink libexec/"bin/tk"
    man1.install_symlink Dir[libexec/"share/man/man1/tk*.1"]
    generate_completions_from_executable(bin/"tk", "completion", shells: [:bash, :zsh, :fish])
  end

  test do
    assert_equal "tk @VERSION@", shell_output("#{bin}/tk --version").strip
    system "git", "init", "--quiet"
    system bin/"tk", "new", "A first ticket", "--no-commit"
    assert_match "A first ticket", shell_output("#{bin}/tk ls")
  end
end
