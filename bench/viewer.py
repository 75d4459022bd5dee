"""A viewer without a browser: one websocket session of a running server."""

import time
from dataclasses import dataclass
from typing import Any

from streamlit.proto.AppPage_pb2 import AppPage
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect

ANSWER_SECONDS = 120
# What app.py shows in place of a page that it cannot draw.
FAILED = b"There is nothing to show yet"
# A page that shows one of many things, with one that every generated company has.
EXAMPLES = {
    "account": "customer=001Wx0000000001IAA",
    "list": "behind=lost_customers",
    "metrics": "metric=churn_logo",
}


@dataclass(frozen=True)
class Filter:
    """A select box or a multiselect of the sidebar."""

    id: str
    options: tuple[str, ...]
    is_multiple: bool


class Viewer:
    """A session and what its browser would remember: page and widgets."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection
        self.page = ""
        self.query = ""
        self.pages: list[AppPage] = []
        self.filters: dict[str, Filter] = {}
        self.chosen: dict[str, str | None] = {}
        self.failures = 0

    def turn_to(self, page: AppPage) -> None:
        """Choose a page; the next rerun shows it."""
        self.page = page.page_script_hash
        self.query = EXAMPLES.get(page.url_pathname, "")

    async def rerun(self) -> float:
        """Ask for the page as it is chosen now; return the seconds until the script has ended."""
        message = BackMsg()
        message.rerun_script.page_script_hash = self.page
        message.rerun_script.query_string = self.query
        for name, value in self.chosen.items():
            self._add_state(message.rerun_script.widget_states.widgets, self.filters[name], value)
        started = time.perf_counter()
        await self.connection.send(message.SerializeToString())
        answer = ForwardMsg()
        while answer.WhichOneof("type") != "script_finished":
            raw = await self.connection.recv(decode=False)
            answer.ParseFromString(raw)
            self._remember(answer)
            self.failures += FAILED in raw
        self.failures += answer.script_finished != ForwardMsg.FINISHED_SUCCESSFULLY
        return time.perf_counter() - started

    def _remember(self, answer: ForwardMsg) -> None:
        if answer.WhichOneof("type") == "navigation":
            self.pages = list(answer.navigation.app_pages)
            self.page = answer.navigation.page_script_hash
        if answer.WhichOneof("type") != "delta":
            return
        element = answer.delta.new_element
        kind = element.WhichOneof("type")
        self.failures += kind == "exception"
        if kind in ("selectbox", "multiselect"):
            widget = getattr(element, kind)
            # The end of an id is the widget's key, which is its name in the URL.
            key = widget.id.rsplit("-", 1)[-1]
            self.filters[key] = Filter(widget.id, tuple(widget.options), kind == "multiselect")

    def _add_state(self, states: Any, widget: Filter, value: str | None) -> None:
        state = states.add(id=widget.id)
        if widget.is_multiple:
            state.string_array_value.data.extend([] if value is None else [value])
        elif value is not None:
            state.string_value = value


def open_viewer(url: str) -> connect:
    """A connection to the server at this address, to be awaited or entered."""
    stream = url.replace("http", "ws", 1) + "/_stcore/stream"
    # A page is larger than the library's own limit of 1 MB.
    return connect(stream, subprotocols=["streamlit"], max_size=None)  # type: ignore[list-item]
