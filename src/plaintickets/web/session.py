"""Sessions: the token in the printed address, the cookie that it is exchanged for, and the token of each form."""

from __future__ import annotations

import hmac
import os


class Sessions:
    """Signed cookies, without a list of them; without a secret of its own a new server signs with a new one."""

    def __init__(self, secret: bytes = b"") -> None:
        # A session must never follow TK_SEED, so the kernel is asked directly.
        self._secret = secret or os.urandom(32)
        self.token = os.urandom(24).hex()

    def is_token(self, text: str) -> bool:
        """Tell whether a text is the token of the printed address."""
        return hmac.compare_digest(text.encode(), self.token.encode())

    def new_cookie(self) -> str:
        """Return the value of a new cookie."""
        name = os.urandom(16).hex()
        return f"{name}.{self._signed('cookie', name)}"

    def is_cookie(self, text: str) -> bool:
        """Tell whether this server made the value of a cookie."""
        name, _, sign = text.partition(".")
        return hmac.compare_digest(sign.encode(), self._signed("cookie", name).encode())

    def form_token(self, cookie: str) -> str:
        """Return the token that each form of a session carries."""
        return self._signed("form", cookie)

    def is_form_token(self, cookie: str, text: str) -> bool:
        """Tell whether a form belongs to the session of a cookie."""
        return hmac.compare_digest(text.encode(), self.form_token(cookie).encode())

    def _signed(self, purpose: str, text: str) -> str:
        return hmac.new(self._secret, f"{purpose}:{text}".encode(errors="surrogatepass"), "sha256").hexdigest()
