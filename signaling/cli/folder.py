"""The empty folder that `init` and `restore` fill: nothing of anybody's is ever overwritten."""

import shutil
from pathlib import Path

from signaling.cli.main import Failure


def empty_folder(folder: Path) -> bool:
    """Make sure that there is an empty folder for its owner alone; return whether we made it.

    Raises:
        Failure: there is something in it, or it cannot be made.
    """
    try:
        if made_here := not folder.exists():
            folder.mkdir(mode=0o700, parents=True)
        elif not folder.is_dir() or any(folder.iterdir()):
            message = f"{folder} is not an empty folder; choose another one, nothing was changed"
            raise Failure(message, "folder_not_empty")
        folder.chmod(0o700)
    except OSError as exc:
        raise unusable(folder, exc) from exc
    return made_here


def empty_again(folder: Path, *, made_here: bool) -> None:
    """Take away what was made; a folder that was there before stays."""
    for path in folder.iterdir():
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()
    if made_here:
        folder.rmdir()


def unusable(folder: Path, error: OSError) -> Failure:
    """Return what to say of a folder that cannot be written."""
    return Failure(f"{folder} cannot be written ({error.strerror}); check its owner and the disk", "folder_unusable")
