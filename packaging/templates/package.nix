# `pkgs.callPackage ./package.nix { }`, with @SDIST@ beside this file.
{
  lib,
  git,
  installShellFiles,
  python3Packages,
}:

python3Packages.buildPythonApplication {
  pname = "plaintickets";
  version = "@VERSION@";
  pyproject = true;
  src = ./@SDIST@;

  build-system = [ python3Packages.setuptools ];
  dependencies = with python3Packages; [
    @NIX_DEPENDENCIES@
  ];
  nativeBuildInputs = [ installShellFiles ];
  makeWrapperArgs = [ "--prefix PATH : ${lib.makeBinPath [ git ]}" ];
  postInstall = ''
    for shell in bash zsh fish; do
      $out/bin/tk completion $shell > tk.$shell
      installShellCompletion --cmd tk --$shell tk.$shell
    done
  '';
  pythonImportsCheck = [ "plaintickets" ];

  meta = {
    description = "@DESCRIPTION@";
    @HOMEPAGE_OF_NIX@
    license = lib.licenses.mit;
    mainProgram = "tk";
  };
}
