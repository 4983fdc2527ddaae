"""What is opened by `with` and closed by its end: store, works, installation."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Self


class Closing(ABC):
    """Gives an object with `close` its `with`; errors of the body go on their way."""

    @abstractmethod
    def close(self) -> None:
        """Give back what is held; a second call does nothing more."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
