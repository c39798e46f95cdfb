"""Joint search over six hyperparameters for section 4.2, with Optuna.

Usage, one process::

    python -m mlpbook.experiments.search_4_2 --trials 40

Several processes, or several machines that see the same storage, share one study: start this
same command in each of them. A journal file suits a shared folder, a database anything else::

    python -m mlpbook.experiments.search_4_2 --storage journal:study.log --study-name mlp
    python -m mlpbook.experiments.search_4_2 --storage sqlite:///study.db --study-name mlp

One process with a fixed seed always proposes the same settings; processes that share a study do
not, because what is proposed then depends on which trial ends first.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import optuna
import torch
from optuna.storages import JournalStorage
from optuna.storages.journal import JournalFileBackend
from optuna.trial import FrozenTrial, Trial, TrialState

from mlpbook.experiments import RESULTS, save_result
from mlpbook.experiments.mlp import Setting, train


def suggest(trial: Trial) -> Setting:
    """The search space: rate on a log scale, sizes on powers of two."""
    return Setting(
        lr=trial.suggest_float("lr", 0.01, 1.0, log=True),
        num_epochs=trial.suggest_int("num_epochs", 5, 20),
        num_hiddens=(2 ** trial.suggest_int("log2_width", 6, 9),)
        * trial.suggest_int("num_layers", 1, 3),
        batch_size=2 ** trial.suggest_int("log2_batch_size", 6, 9),
        decay=trial.suggest_categorical("decay", [False, True]),
        init=None,
        centre=True,
    )


def objective(trial: Trial) -> float:
    """Validation accuracy after the last epoch; a trial that lags behind is cut short."""
    setting = suggest(trial)
    trial.set_user_attr("setting", setting.to_json())

    def on_epoch(epoch: int, accuracy: float) -> None:
        trial.report(accuracy, epoch)
        if trial.should_prune():
            raise optuna.TrialPruned

    return train(setting, seed=trial.number, on_epoch=on_epoch).curves["validation_accuracy"][-1]


def open_storage(address: str | None) -> str | JournalStorage | None:
    """``journal:PATH``, an SQLAlchemy address, or ``None`` for memory."""
    if address is not None and address.startswith("journal:"):
        return JournalStorage(JournalFileBackend(address.removeprefix("journal:")))
    return address


def open_study(storage: str | None = None, name: str = "mlp", seed: int = 0) -> optuna.Study:
    """Create the study, or join it where the storage holds it already."""
    return optuna.create_study(
        study_name=name,
        storage=open_storage(storage),
        load_if_exists=True,
        direction="maximize",
        sampler=optuna.samplers.TPESampler(seed=seed, n_startup_trials=15, multivariate=True),
        pruner=optuna.pruners.MedianPruner(n_startup_trials=8, n_warmup_steps=3),
    )


def describe(trial: FrozenTrial) -> dict[str, Any]:
    """What a result file holds of one trial."""
    return {
        "trial": trial.number,
        "state": trial.state.name.lower(),
        "setting": trial.user_attrs["setting"],
        "validation_accuracy": list(trial.intermediate_values.values()),
    }


def main(argv: list[str] | None = None) -> None:
    """Take part in a study and store all of its finished trials."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--trials", type=int, default=40, help="trials that this process runs")
    parser.add_argument("--storage", help="journal:FILE or an SQLAlchemy address; default memory")
    parser.add_argument("--study-name", default="mlp")
    parser.add_argument("--seed", type=int, default=0, help="of the sampler")
    parser.add_argument("--folder", type=Path, default=RESULTS, help="where results are written")
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args(argv)
    torch.set_num_threads(options.threads)
    study = open_study(options.storage, options.study_name, options.seed)
    study.optimize(objective, n_trials=options.trials)
    done = study.get_trials(states=(TrialState.COMPLETE, TrialState.PRUNED))
    result = {
        "command": f"python -m mlpbook.experiments.search_4_2 --trials {options.trials}",
        "torch": torch.__version__,
        "threads": options.threads,
        "best": describe(study.best_trial),
        "runs": [describe(trial) for trial in done],
    }
    save_result("4_2", "search", result, options.folder)


if __name__ == "__main__":
    main()
