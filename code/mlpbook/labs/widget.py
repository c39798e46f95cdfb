"""A lab in a notebook: the book's front end, driven by the kernel."""

import base64
import json
from collections.abc import Callable, Mapping
from html import escape
from typing import Any

import numpy as np
import torch
import traitlets
from torch import Tensor

from mlpbook._html import both, plain
from mlpbook._widget import BookWidget
from mlpbook.labs.array_engine import ArrayEngine
from mlpbook.labs.base import BUILT, Described
from mlpbook.labs.curves import ArrayLab
from mlpbook.labs.edited import EDITABLE
from mlpbook.labs.engine import KernelEngine
from mlpbook.labs.errors import EngineError, bad_setting, python_error
from mlpbook.labs.lab import Lab
from mlpbook.labs.spec import Json, Text

Engine = KernelEngine | ArrayEngine
TRAINING_METHODS = ("load", "init", "step", "evaluate", "dispose")
ARRAY_METHODS = ("load", "compute", "dispose")
OWN_FUNCTION = Text(
    zh="这里用的是笔记本里改写过的函数，在JupyterLab里运行笔记本才能训练它。",
    en="This lab uses a function edited in the notebook: run the notebook in JupyterLab to train "
    "with it.",
)


class LabWidget(BookWidget):
    """A lab that runs in the kernel when its reader presses Run or moves a control.

    The front end sends {"id": "view.number", "method", "params"} as custom messages and gets {"id",
    "result"} or {"id", "error"}; arrays follow as buffers. Each view has an engine of its own.

    Args:
        lab: the lab.
        edited: functions in place of the lab's own, by name.
        hide: names of controls that are not shown.
        compact: for a small place.
        values: initial values of controls.

    Raises:
        ValueError, TypeError: no such control, a value it cannot take, or no fit function.
    """

    options = traitlets.Dict().tag(sync=True)
    picture = traitlets.Unicode().tag(sync=True)

    def __init__(
        self,
        lab: Described,
        *,
        edited: Mapping[str, Callable[..., Any]] | None = None,
        hide: tuple[str, ...] = (),
        compact: bool = False,
        values: Mapping[str, Any] | None = None,
    ) -> None:
        checked = lab.settings(values)
        for name in hide:
            lab.control(name)
        self.lab = lab
        self.edited = dict(edited or {})
        self._engines: dict[str, Engine] = {}
        new_engine(lab, self.edited)  # wrong functions are refused now, not at the first message
        options: Json = {"values": {name: checked[name] for name in values or {}}}
        if hide:
            options["hide"] = list(hide)
        if compact:
            options["compact"] = True
        super().__init__(kind="lab", spec=lab.front_json(), options=options)
        self.picture = self.figure()
        self.on_msg(self._hear)

    def _hear(self, _widget: object, content: Any, _buffers: object) -> None:
        """Answer one message of the front end."""
        try:
            result, arrays = self._answer(content)
        except EngineError as error:
            self.send({"id": content.get("id"), "error": error.to_json()})
            return
        except Exception as error:  # ours, not the reader's; but a hang would be worse than words
            problem = f"{type(error).__name__}: {error}"
            self.send({"id": content.get("id"), "error": python_error("lab", problem).to_json()})
            return
        heads, buffers = pack(arrays)
        reply = {"id": content["id"], "result": result}
        self.send({**reply, "arrays": heads} if heads else reply, buffers)

    def _answer(self, content: Any) -> tuple[Json, dict[str, Tensor]]:
        method, params = content.get("method"), content.get("params") or {}
        methods = ARRAY_METHODS if isinstance(self.lab, ArrayLab) else TRAINING_METHODS
        if method not in methods:
            raise bad_setting(f"method: got {method!r}, expected one of {', '.join(methods)}")
        view = str(content["id"]).partition(".")[0]
        if method == "dispose":
            self._engines.pop(view, None)
            return {}, {}
        if view not in self._engines:
            self._engines[view] = new_engine(self.lab, self.edited)
        engine = self._engines[view]
        if method == "compute" and isinstance(engine, ArrayEngine):
            return {}, engine.compute(params.get("settings", {}))
        if method == "evaluate" and isinstance(engine, KernelEngine):
            found, arrays = engine.evaluate(params.get("what", ()))
            return {**found, **({} if arrays else {"arrays": {}})}, arrays
        return getattr(engine, method)(**params), {}

    def html(self) -> str:
        """The picture of the default run with its caption, which a page brings to life."""
        if self.edited:
            return f"<div>{self.figure(both(OWN_FUNCTION.to_json()))}</div>"
        options = escape(json.dumps(self.options, ensure_ascii=False), quote=True)
        return (
            f'<div class="mlp-lab" data-lab="{self.lab.name}" data-options="{options}">'
            f"{self.figure()}</div>"
        )

    def figure(self, note: str = "") -> str:
        """The picture, described in both languages for those who cannot see it."""
        described = self.lab.picture
        alt = escape(f"{described.zh} {described.en}", quote=True)
        caption = both(self.lab.summary.to_json())
        return (
            f'<figure><img src="{picture_uri(self.lab)}" alt="{alt}">'
            f"<figcaption>{caption}{note}</figcaption></figure>"
        )

    def text(self) -> str:
        """Title and summary, a language after the other."""
        title = self.lab.title
        return f"{title.zh} · {title.en}\n{plain(self.lab.summary.to_json())}"


def new_engine(lab: Described, edited: Mapping[str, Callable[..., Any]]) -> Engine:
    """The engine for a kind of lab.

    Raises:
        TypeError: a function that such a lab does not have, or no fit function.
    """
    known = ("compute",) if isinstance(lab, ArrayLab) else EDITABLE
    for name in edited:
        if name not in known:
            raise TypeError(
                f"lab {lab.name!r}: got a function {name}, expected one of {', '.join(known)}"
            )
    if isinstance(lab, ArrayLab):
        return ArrayEngine(lab, **edited)
    assert isinstance(lab, Lab)
    return KernelEngine(lab, **edited)


def picture_uri(lab: Described) -> str:
    """The lab's picture as a data URI; empty when the lab has not been built."""
    path = BUILT / lab.name / "picture.svg"
    if not path.is_file():
        return ""
    return "data:image/svg+xml;base64," + base64.b64encode(path.read_bytes()).decode()


def pack(arrays: Mapping[str, Tensor]) -> tuple[list[Json], list[bytes]]:
    """Arrays as heads (name, shape, dtype) and little-endian bytes."""
    heads, buffers = [], []
    for name, tensor in arrays.items():
        array = np.ascontiguousarray(tensor.detach().cpu().numpy())
        if array.dtype not in (np.float32, np.int32, np.uint8):
            array = array.astype(np.int32 if tensor.dtype == torch.int64 else np.float32)
        heads.append({"name": name, "shape": list(array.shape), "dtype": str(array.dtype)})
        buffers.append(array.tobytes())
    return heads, buffers
