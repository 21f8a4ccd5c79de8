import pytest

from house import SCR


@pytest.fixture
def anyio_backend():
    return "asyncio"


def pytest_sessionstart(session):
    if not SCR.exists():
        pytest.exit(f"There is no {SCR}: build scr, or name a binary in SCR_BIN.", returncode=2)
