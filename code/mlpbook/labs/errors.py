"""Failures of a lab that its reader is told about, in both languages."""

from mlpbook.labs.spec import Json, Text

CODES = (
    "no-wasm",
    "blocked-file",
    "bad-file",
    "dead-kernel",
    "not-a-number",
    "python-error",
    "bad-setting",
)


class EngineError(Exception):
    """Something went wrong in a run.

    Args:
        code: one of `CODES`, for the program that shows it.
        text: what happened and what to do, for the reader.
    """

    def __init__(self, code: str, text: Text) -> None:
        if code not in CODES:
            raise ValueError(f"code: got {code!r}, expected one of {', '.join(CODES)}")
        super().__init__(text.en)
        self.code, self.text = code, text

    def to_json(self) -> Json:
        return {"code": self.code, "message": self.text.to_json()}


def not_a_number(metric: str, step: int) -> EngineError:
    """A metric of a step is infinite or no number."""
    return EngineError(
        "not-a-number",
        Text(
            zh=f"第{step}步的{metric}不再是有限的数：参数越走越大，超出了浮点数的范围。"
            "训练到此为止。把学习率调小，再运行一次。",
            en=f"At step {step}, {metric} is no longer a finite number: the parameters grew beyond "
            "what floating point can hold. Training stops here. Lower the learning rate and "
            "run again.",
        ),
    )


def python_error(function: str, problem: str) -> EngineError:
    """The reader's own function raised, or returned what it should not."""
    return EngineError(
        "python-error",
        Text(
            zh=f"你的{function}函数出了问题：{problem}。改好之后，重新运行这个单元格。",
            en=f"Your function {function} has a problem: {problem}. "
            "Mend it and run the cell again.",
        ),
    )


def bad_setting(problem: str) -> EngineError:
    """A setting that a control cannot take."""
    return EngineError(
        "bad-setting", Text(zh=f"设置不对：{problem}。", en=f"A setting is wrong: {problem}.")
    )
