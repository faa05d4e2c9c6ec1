"""The exercises: stubs, solutions, wrong answers with the words meant for them, and what a check says."""

import inspect
import random
import re
from functools import cache, partial
from importlib import import_module

import editions
import nbformat
import pytest
import torch
from torch import Tensor
from wrong_answers import RAISED, RIGHT, WRONG

from reparam_utils.exercises import check, progress
from reparam_utils.exercises import judge as judging
from reparam_utils.exercises.draw import Draw
from reparam_utils.exercises.facts import (
    entries_are_bits,
    entries_are_finite,
    entries_are_integers,
    rows_sum_to,
)
from reparam_utils.exercises.judge import judge, words_of
from reparam_utils.exercises.observe import observe
from reparam_utils.exercises.shown import given, shown_apart

LESSONS = {path.name[:2]: path for path in sorted(editions.ROOT.glob("notebooks/[0-9][0-9]_*.ipynb"))}
NUMBERS = [number for lesson in LESSONS for number in words_of(lesson)]
TASKS = [number for number in NUMBERS if "slips" in words_of(number[:2])[number]]
QUESTIONS = [number for number in NUMBERS if number not in TASKS]
COUNTS = ("No", "One", "Two", "Three", "Four", "Five", "Six", "Seven")
KINDS = ("Predict", "Complete", "Repair", "Derive")


def entry(number, known, file):
    """What a file has for an exercise."""
    assert number in known, f"{file} has nothing for exercise {number}"
    return known[number]


def task(number):
    module = import_module(f"reparam_utils.exercises.lesson_{number[:2]}")
    return entry(number, module.TASKS, f"reparam_utils/exercises/lesson_{number[:2]}.py")


def words(number):
    return words_of(number[:2])[number]


def seeded(seed):
    return torch.Generator().manual_seed(seed)


@cache
def notebook(path):
    return nbformat.read(path, as_version=4)


def lesson_cells(number):
    """The cells of an exercise in its lesson: text, code, hints."""
    cells = notebook(LESSONS[number[:2]]).cells
    places = {editions.number_of(cell): index for index, cell in enumerate(cells)}
    where = entry(number, places, LESSONS[number[:2]].name)
    return cells[where - 1 : where + 2]


def solution_path(lesson):
    return editions.ROOT / "notebooks" / "solutions" / f"{lesson}_solutions.ipynb"


def solution_cells(number):
    path = solution_path(number[:2])
    return entry(number, editions.solutions_of(notebook(path)), path.name)


def given_to_check(source, number):
    """What a cell hands to `check`, with the first cell of its lesson run before."""
    namespace, given = {}, []
    exec(notebook(LESSONS[number[:2]]).cells[1].source, namespace)
    namespace["check"] = lambda *arguments: given.append(arguments)
    exec(source, namespace)
    [(named, answer)] = given
    assert named == number
    return answer


@pytest.mark.parametrize("lesson", LESSONS)
def test_a_lesson_has_exercises_of_every_kind_from_easy_to_hard(lesson):
    """The two lessons of experiments have two kinds at least; all others have all four."""
    few = lesson in ("06", "07")
    cells = notebook(LESSONS[lesson]).cells
    numbers = [number for cell in cells if (number := editions.number_of(cell))]
    assert numbers == [f"{lesson}.{i + 1}" for i in range(len(numbers))]
    for number in numbers:
        entry(number, words_of(lesson), f"reparam_utils/exercises/lesson_{lesson}.toml")
    assert numbers == list(words_of(lesson))
    assert len(numbers) >= (2 if few else 4)
    headings = [lesson_cells(number)[0].source.splitlines()[0] for number in numbers]
    found = [
        re.fullmatch(r"### Exercise (\d\d\.\d) · (\w+)(, going deeper)?: \S.*", line) for line in headings
    ]
    assert [match[1] for match in found] == numbers
    kinds = [KINDS.index(match[2]) for match in found if not match[3]]
    assert sorted(kinds) == kinds and len(set(kinds)) >= (2 if few else 4)
    start = next(i for i, cell in enumerate(cells) if cell.source.startswith("## Exercises"))
    told = cells[start].source.split()[2]
    assert told == COUNTS[len(numbers)], f"*Exercises* of lesson {lesson} counts {told}; see its minutes too"
    assert cells[start + 1].source.endswith(f'progress("{lesson}")')
    assert len(cells) == start + 2 + 3 * len(numbers) + 1  # and What to keep


@pytest.mark.parametrize("number", NUMBERS)
def test_an_exercise_has_hints_in_steps_and_its_solution_one_click_away(number):
    _, code, hints = lesson_cells(number)
    # A learner's slip outside the function, a missing quote for example, must not stop Run All.
    assert code.metadata.tags == ["raises-exception"] and hints.metadata.tags == ["hint"]
    steps = re.findall(r"<details><summary>Hint (\d)</summary>\n\n\S.*\n\n", hints.source)
    assert steps == [str(i + 1) for i in range(len(steps))] and steps
    assert hints.source.count("</details>") == len(steps)
    target = f"solutions/{number[:2]}_solutions.ipynb#Exercise-{number}"
    assert hints.source.splitlines()[-1] == f"[Solution]({target})"
    assert solution_cells(number)[0].source.startswith(f"## Exercise {number}\n\n")


@pytest.mark.parametrize("number", NUMBERS)
def test_an_untouched_stub_is_not_started(number):
    verdict = judge(number, given_to_check(lesson_cells(number)[1].source, number))
    assert verdict.state == "not started yet"


@pytest.mark.parametrize("number", TASKS)
@pytest.mark.filterwarnings("ignore:Converting a tensor", "ignore:Implicit dimension choice")
def test_what_is_to_be_repaired_is_wrong(number):
    text, code, _ = lesson_cells(number)
    unrepaired = f'check("{number}", ...)'
    assert (unrepaired in code.source) == (" · Repair" in text.source)
    if unrepaired in code.source:
        name = re.search(r"def (\w+)", code.source)[1]
        answer = given_to_check(code.source.replace(unrepaired, f'check("{number}", {name})'), number)
        for seed in range(5):
            verdict = judge(number, answer, seeded(seed))
            assert verdict.state == "not right yet" and "A likely slip" in verdict.words, str(verdict)


@pytest.mark.parametrize("number", NUMBERS)
def test_the_solution_is_right(number):
    answer = given_to_check(solution_cells(number)[1].source, number)
    for seed in range(5):
        assert judge(number, answer, seeded(seed)) == judging.Verdict(number, "right", words(number)["right"])


@pytest.mark.parametrize("number", NUMBERS)
def test_the_solution_shows_that_it_is_right(number):
    code = solution_cells(number)[1]
    [output] = code.outputs
    wanted = str(judging.Verdict(number, "right", words(number)["right"]))
    assert output.data == {"text/markdown": wanted, "text/plain": wanted}
    assert code.metadata.tags == ["nbval-check-output"]


@pytest.mark.parametrize("number", TASKS)
def test_no_line_of_a_solution_stands_anywhere_else(number):
    solved = {line.strip() for line in solution_cells(number)[1].source.splitlines()}
    stub = {line.strip() for line in lesson_cells(number)[1].source.splitlines()}
    told = str(words(number)) + lesson_cells(number)[2].source
    own = [line for line in solved - stub if not line.startswith("check(")]
    assert own and all(line not in told for line in own)


@pytest.mark.parametrize("number, answer", [(n, a) for n in RIGHT for a in RIGHT[n]])
def test_another_right_way_is_right_too(number, answer):
    for seed in range(5):
        assert judge(number, answer, seeded(seed)).state == "right"


@pytest.mark.parametrize(
    "number, answer, wanted",
    [(n, *case) for n in WRONG for case in WRONG[n]],
    ids=lambda x: x if isinstance(x, str) else "",
)
@pytest.mark.filterwarnings("ignore:Converting a tensor with requires_grad")
def test_a_wrong_answer_gets_the_words_meant_for_it(number, answer, wanted):
    known = words(number).get("slips") or words(number)["wrong"]
    wanted = wanted if isinstance(wanted, tuple) else (wanted,)
    # A name must have its words; a piece of a message is no name.
    wanted = [known[each] if each.isidentifier() else each for each in wanted]
    for seed in range(3):
        verdict = judge(number, answer, seeded(seed))
        assert verdict.state != "right" and any(each in str(verdict) for each in wanted), str(verdict)


@pytest.mark.parametrize("number", NUMBERS)
def test_the_words_of_an_exercise_are_complete(number):
    for_a_function, for_letters = {"right", "slips"}, {"right", "letter", "wrong"}
    assert set(words(number)) in (for_a_function, for_letters), f"lesson_{number[:2]}.toml, {number}"


@pytest.mark.parametrize("number", NUMBERS)
def test_every_reason_has_a_wrong_answer_that_calls_for_it(number):
    assert len(entry(number, WRONG, "tests/wrong_answers.py")) >= 5
    wanted = {wanted for _, wanted in WRONG[number]}
    reasons = words(number).get("slips") or words(number)["wrong"]
    assert set(reasons) <= wanted
    if number in TASKS:
        assert set(task(number).slips) == set(reasons)
    else:
        options = re.findall(r"^- \*\*(\w)\*\* ", lesson_cells(number)[0].source, re.M)
        assert sorted([words(number)["letter"], *reasons]) == options


@pytest.mark.parametrize("number", TASKS)
def test_sizes_and_inputs_are_fresh_at_each_call(number):
    made = [task(number).inputs(Draw()) for _ in range(30)]
    for name, first in made[0].items():
        tensors = [inputs[name] for inputs in made if isinstance(inputs[name], Tensor)]
        assert len({tuple(tensor.flatten().tolist()) for tensor in tensors}) == len(tensors)
        if tensors and first.ndim:
            assert len({tensor.shape for tensor in tensors}) > 1
    assert torch.equal(*(Draw(seeded(3)).normals(4) for _ in range(2)))
    assert not torch.equal(*(Draw().normals(4) for _ in range(2)))


@pytest.mark.parametrize("name, low, high", [("rows", 2, 4), ("categories", 3, 5)])
def test_sizes_take_turns_in_an_order_that_is_fresh(name, low, high):
    orders = set()
    for seed in range(50):
        draw = Draw(seeded(seed))
        order = tuple(getattr(draw, name)() for _ in range(3))
        assert sorted(order) == list(range(low, high + 1)) and getattr(draw, name)() == order[0]
        orders.add(order)
    assert len(orders) == 6


@pytest.mark.parametrize(
    "name, ends",
    [
        ("loc", [(0.5, 2.0), (-2.0, -0.5)]),
        ("scale", [(1.5, 3.0)]),
        ("temperature", [(1 / 3, 1 / 1.5), (1.5, 3.0)]),
    ],
)
def test_parameters_fill_their_ranges(name, ends):
    draw = Draw(seeded(0))
    numbers = torch.stack([getattr(draw, name)() for _ in range(1000)])
    for low, high in ends:
        inside = numbers[(low <= numbers) & (numbers <= high)]
        assert inside.min() < low + 0.05 and inside.max() > high - 0.05
        assert len(inside) / len(numbers) == pytest.approx(1 / len(ends), abs=0.1)
    assert sum(((low <= numbers) & (numbers <= high)).sum() for low, high in ends) == len(numbers)


@pytest.mark.parametrize("name", ["normals", "logits", "uniforms", "gumbels"])
def test_noise_comes_from_the_given_generator(name):
    assert torch.equal(*(getattr(Draw(seeded(3)), name)(4, 2) for _ in range(2)))


def test_noise_and_logits_have_their_distributions():
    draw = Draw(seeded(0))
    for sample, mean, deviation in [
        (draw.normals(10_000), 0, 1),
        (draw.logits(10_000), 0, 1.5),
        (draw.uniforms(10_000), 0.5, 12**-0.5),
        (draw.gumbels(10_000), 0.5772, 1.2825),
    ]:
        assert sample.dtype == torch.float64 and sample.shape == (10_000,)
        assert abs(sample.mean() - mean) < 5 * deviation / 100 and abs(sample.std() / deviation - 1) < 0.06


@pytest.fixture
def displayed(monkeypatch):
    """What `check` displays; the record is empty before and after."""
    shown = []
    monkeypatch.setattr(judging, "display", lambda data, raw: shown.append(data["text/markdown"]))
    monkeypatch.setattr(judging.record, "states", {})
    return shown


def test_progress_keeps_up_with_check_and_knows_one_lesson(displayed):
    line = progress("00")
    assert line.value == "00.1 ○ · 00.2 ○ · 00.3 ○ · 00.4 ○ — 0 of 4 right"
    check("00.1", "d")
    check("00.3", lambda *inputs: 1 / 0)
    check("01.1", "c")
    assert line.value == "00.1 ✓ · 00.2 ○ · 00.3 ✗ · 00.4 ○ — 1 of 4 right"
    assert progress("00").value == line.value
    check("00.1", ...)
    assert line.value == "00.1 ○ · 00.2 ○ · 00.3 ✗ · 00.4 ○ — 0 of 4 right"
    assert [text.split(".**")[0] for text in displayed] == [
        "**✓ 00.1 is right",
        "**✗ 00.3 is not right yet",
        "**✓ 01.1 is right",
        "**○ 00.1 is not started yet",
    ]


def test_a_letter_may_be_large_and_have_blanks_around():
    assert judge("00.1", " D ").state == "right"
    assert judge("00.1", "E").words == words("00.1")["wrong"]["e"]


@pytest.mark.parametrize("number", ["00.9", "00", "", "00.10"])
def test_an_unknown_exercise_is_refused(number):
    with pytest.raises(ValueError, match="must be one of"):
        judge(number, "a")
    with pytest.raises(ValueError, match=r"lesson must be one of \['00', .*, got '77'"):
        progress("77")


@pytest.mark.parametrize("answer", ["gradient", 3.0, torch.ones(3), None])
def test_something_that_is_no_function_is_told_so(answer):
    verdict = judge("00.2", answer)
    assert verdict.state == "not right yet" and f"by its name alone. Got `{answer!r}`" in verdict.words


def test_an_error_shows_the_learners_line_and_the_input_and_nothing_of_the_check():
    def gradient(logits, objective):
        wanted = "the learner's line"
        raise KeyError(wanted)

    words = judge("00.2", gradient).words
    assert (
        RAISED in words and "raise KeyError(wanted)" in words and 'KeyError: "the learner\'s line"' in words
    )
    assert "observe.py" not in words and re.search(
        r"The input was\n```\nlogits = \[\[[^`]*\nobjective = \[", words
    )


def test_what_the_package_refuses_stays_in_the_traceback():
    from reparam_utils import gumbel_softmax

    words = judge("03.2", lambda x, g, t: gumbel_softmax(x, g, -t)).words
    assert "temperature must be positive" in words and "check_positive" in words


def relaxed_in_place(x, g, t):
    y = torch.exp((x + g) / t)
    y /= y.sum(-1, keepdim=True)
    return y


def loss_with_backward(loc, scale, noise):
    loss = ((loc + scale * noise) ** 2).mean()
    loss.backward()
    return loss


@pytest.mark.parametrize(
    "number, answer, said",
    [
        ("03.2", relaxed_in_place, "modified by an inplace operation"),
        ("00.3", loss_with_backward, "backward through the graph a second time"),
    ],
)
def test_a_result_without_a_gradient_is_told_in_pytorchs_words(number, answer, said):
    words = judge(number, answer).words
    assert "PyTorch cannot take the gradient of the result." in words and said in words
    assert "Is `backward()` called inside the function, or something changed in place?" in words


@pytest.mark.parametrize(
    "answer, signature", [(lambda x: x, "(x)"), (lambda: 1, "()"), (lambda a, b, c: a, "(a, b, c)")]
)
def test_other_arguments_are_told(answer, signature):
    wanted = f"`check` calls the function with 2 arguments: logits, objective. It takes `{signature}`."
    assert judge("00.2", answer).words == wanted


def test_a_function_without_a_signature_is_called():
    with pytest.raises(ValueError):
        inspect.signature(torch.sub)
    assert "does not sum to 0" in judge("00.2", torch.sub).words


def test_default_arguments_and_callable_objects_will_do():
    right = task("00.2").right
    assert judge("00.2", lambda x, f, dim=-1: right(x, f)).state == "right"
    assert judge("00.2", partial(right)).state == "right"


@pytest.mark.parametrize("answer", [["d"], {"d"}, {}, "d" * 1000, ("d", "e")])
def test_what_is_no_letter_is_quoted_in_short(answer):
    letters = ", ".join(sorted([words("00.1")["letter"], *words("00.1")["wrong"]]))
    told = judge("00.1", answer).words
    assert told.startswith(f"The answer is one letter in quotes, one of {letters}. Got `")
    assert len(told) < 120


def test_a_long_answer_is_quoted_in_short():
    assert len(judge("00.2", list(range(1000))).words) < 120
    assert len(judge("00.2", lambda x, f: "long" * 1000).words) < 120


def test_a_sparse_result_will_do_and_a_complex_one_will_not():
    right = task("00.2").right
    assert judge("00.2", lambda x, f: right(x, f).to_sparse()).state == "right"
    assert "tensor or real numbers" in judge("00.2", lambda x, f: right(x, f) + 0j).words


def test_a_list_keeps_type_and_gradient():
    seen = observe(lambda x: [[x[0], 2], [3, x[1]]], {"x": torch.tensor([0.5, 4.0])}, {"x": torch.ones(2, 2)})
    assert torch.equal(seen.value, torch.tensor([[0.5, 2], [3, 4]]))
    assert torch.equal(seen.gradients["x"], torch.ones(2))
    assert observe(lambda: [1, 2], {}, {}).value.dtype == torch.int64


def test_what_the_first_call_prints_is_seen_and_the_rest_is_silent(capsys):
    right = task("00.2").right

    def gradient(logits, objective):
        print("shape of logits:", tuple(logits.shape))
        return right(logits, objective)

    assert judge("00.2", gradient).state == "right"
    assert capsys.readouterr().out.count("shape of logits:") == 1
    assert judge("00.2", lambda x, f: print("called") or x).state == "not right yet"
    assert capsys.readouterr().out == "called\n"


@pytest.mark.parametrize(
    "number, slip, said",
    [
        ("00.2", "nothing_subtracted", r"A row does not sum to 0: its sum is `-?\d"),
        ("02.2", "score", r"indices, of an integer type. It has the type `torch.float64`"),
        ("02.3", "score", r"indices, of an integer type. It has the type `torch.float64`"),
        ("02.5", "no_clamp", r"An entry is not finite: it is `inf`"),
        ("03.2", "wrong_axis", r"A row does not sum to 1: its sum is `\d"),
        ("04.2", "soft", r"An entry is neither 0 nor 1: it is `0\."),
        ("05.2", "overflow", r"An entry is not finite: it is `inf`"),
        ("04.2", "no_detach", r"The value is right, but no gradient reaches `logit`\."),
        ("04.2", "hard", r"The value is right, but no gradient reaches `logit`\."),
        ("04.2", "inverted", r"not its gradient in `logit` \(of the sum of all entries, each .*\): `-?\d"),
        ("00.3", "shifted_first", r"The result is `[\d.]+`, and right would be `[\d.]+`\.$"),
        ("02.2", "no_noise", r"The result at `\[\d\]` is `\d`, and right would be `\d`\."),
    ],
)
def test_a_property_that_fails_is_named(number, slip, said):
    for seed in range(3):
        verdict = judge(number, dict(task(number).every_slip())[slip], seeded(seed))
        assert re.search(said, verdict.words.split("\n\n")[0]), str(verdict)


def test_a_gradient_of_one_number_needs_no_weights():
    def loss(loc, scale, noise):
        return ((loc + scale * noise) ** 2).mean() + loc - loc.detach()

    said = r"not its gradient in `loc`: `(-?[\d.]+)` in place of `(-?[\d.]+)`\."
    got, wanted = re.search(said, judge("00.3", loss).words).groups()
    assert float(got) == pytest.approx(float(wanted) + 1, abs=2e-3)


@pytest.mark.parametrize(
    "more, texts",
    [
        (1.0, ("1.235", "2.235")),
        (1e-5, ("1.23457", "1.23458")),
        (1e-8, ("1.23456789", "1.2345679")),
        (1e-11, ("1.2345678901199999", "1.2345678901299999")),
        (0.0, ("1.2345678901199999", "1.2345678901199999")),
    ],
)
def test_numbers_get_as_many_digits_as_tell_them_apart(more, texts):
    one = torch.tensor(1.23456789012, dtype=torch.float64)
    assert shown_apart(one, one + more) == texts


def test_a_large_input_is_abridged():
    whole, abridged = given({"u": torch.rand(20, 3)}), given({"u": torch.arange(61)})
    assert len(whole.splitlines()) == 20 + 3 and "..." not in whole
    assert abridged == "The input was\n```\nu = [0, 1, ..., 59, 60]\n```"


@pytest.mark.parametrize(
    "fact, value, said",
    [
        (
            rows_sum_to(1),
            torch.tensor([[[1.0, 0.0], [0.5, 0.25]], [[0.7, 0.2], [0.5, 0.5]]]),
            "its sum is `0.75`",
        ),
        (rows_sum_to(0), torch.tensor([[1, -1], [1, 2]]), "does not sum to 0: its sum is `3`"),
        (rows_sum_to(1), torch.full((2, 100), 0.01, dtype=torch.float16), None),
        (entries_are_finite, torch.tensor([1.0, -torch.inf, torch.nan]), "it is `-inf`"),
        (entries_are_finite, torch.zeros(2), None),
        (entries_are_bits, torch.tensor([0.0, 0.25, 0.5]), "it is `0.25`"),
        (entries_are_bits, torch.tensor([2, 1]), "it is `2`"),
        (entries_are_bits, torch.tensor([True, False]), None),
        (entries_are_integers, torch.tensor([1.0]), "`torch.float32`"),
        (entries_are_integers, torch.tensor([1]), None),
    ],
)
def test_a_fact_names_the_first_entry_that_fails(fact, value, said):
    told = fact(value)
    assert told is None if said is None else said in told


def test_uniforms_of_the_tail_are_small_and_ordinary_and_zero():
    places, sizes = set(), []
    for seed in range(200):
        u = task("02.5").inputs(Draw(seeded(seed)))["u"]
        assert u.dtype == torch.float32 and (u == 0).sum() == 1 and ((0 <= u) & (u < 1)).all()
        tiny = u[(0 < u) & (u < 1e-5)]
        assert len(tiny) >= 2 and (u > 1e-5).any()
        sizes.append(tiny.double())
        places.add((u == 0).nonzero().item())
    smallest, largest = torch.cat(sizes).aminmax()
    assert 1e-12 <= smallest < 3e-12 and largest > 3e-6 and places >= {0, 1, 2, 3, 4}
    again = (task("02.5").inputs(Draw(seeded(0)))["u"] for _ in range(2))
    assert torch.equal(*again)


@pytest.mark.parametrize("number", ["02.2", "02.3"])
def test_near_ties_are_drawn_out_and_nothing_else(number):
    inputs = task(number).inputs(Draw(seeded(0)), rows=300_000)
    first, second = inputs.values()
    scores = first - torch.log(-torch.log(second)) if number == "02.2" else torch.log(first) + second
    lead = scores.topk(2).values.diff().abs()
    assert 1e-4 < lead.min() < 1.1e-4 and 0.9995 < len(scores) / 300_000 < 1
    assert 19_900 < len(list(task(number).many(Draw(seeded(0))).values())[1]) <= 20_000


def test_the_grid_of_03_4_is_fine():
    logit, temperature, t = (torch.tensor(number, dtype=torch.float64) for number in (0.7, 2.0, 0.3))
    exact = torch.sigmoid(logit - temperature * torch.logit(t))
    assert abs(task("03.4").right(logit, temperature, t) - exact) < 1e-5


def test_the_objective_is_told_in_words():
    wrong = judge("01.3", task("01.3").slips["sum"], seeded(0)).words
    assert re.search(r"\nobjective = \(z - -?[\d.]+\)\*\*2\n", wrong)


@pytest.mark.parametrize(
    "answer",
    [
        lambda x, f: ...,
        lambda x, f: (..., 1),
        lambda x, f: [1, ...],
        lambda x, f: ... * f,
        lambda x, f: x - ...,
        lambda x, f: (...).detach() - x,
    ],
)
def test_a_stub_that_is_half_filled_is_not_started(answer):
    assert judge("00.2", answer).state == "not started yet"


def test_other_errors_of_the_learner_are_no_stub():
    assert "unsupported operand" in judge("00.2", lambda x, f: x + "a").words
    assert "no attribute 'softmax_'" in judge("00.2", lambda x, f: x.softmax_()).words
    assert "ellipsis" in judge("00.2", lambda x, f: {}["ellipsis"]).words


@pytest.mark.parametrize("value", ["text", object(), {}, [[1], [2, 3]], [None]])
def test_a_result_that_is_no_number_is_told_so(value):
    assert "must return a tensor or real numbers. It returned `" in judge("00.2", lambda x, f: value).words


def test_the_inputs_are_copies():
    def gradient(logits, objective):
        logits.zero_()
        objective.zero_()
        return logits

    inputs = re.search(r"logits = ([^`]*)\nobjective = (.*)", judge("00.2", gradient).words).groups()
    assert all(any(float(n) for n in re.findall(r"-?[\d.e-]+", text)) for text in inputs)


def test_nan_is_wrong_and_not_random():
    words = judge("00.2", lambda x, f: x * torch.nan).words
    assert "its sum is `nan`" in words and "Two calls" not in words


def test_single_precision_is_good_enough():
    def by_enumeration(logits, objective):
        probs = torch.softmax(logits.float(), dim=-1)
        return probs * (objective.float() - probs @ objective.float()[:, None])

    assert judge("00.2", by_enumeration).state == "right"


def test_numbers_have_four_digits_and_each_row_of_a_matrix_its_line():
    def square(z):
        """z**2"""

    text = given({"a": torch.tensor([[1.0, -2.00004], [1e-9, 12345.678]]), "f": square, "n": 3, "b": 0.5})
    assert (
        text == "The input was\n```\na = [[1, -2],\n     [1e-09, 1.235e+04]]\nf = z**2\nn = 3\nb = 0.5\n```"
    )


def test_a_wrong_entry_is_told_with_its_place():
    def gradient(logits, objective):
        probs = torch.softmax(logits, -1)
        exact = probs * (objective - (probs * objective).sum(-1, keepdim=True))
        exact[0, 1] += 0.125
        exact[0, 2] -= 0.125
        return exact

    assert re.search(
        r"The result at `\[0, 1\]` is `-?[\d.]+`, and right would be `", judge("00.2", gradient).words
    )
    assert "The result is `7`, and right would be `" in judge("04.4", lambda t: 7).words


def test_a_check_tries_more_than_one_input():
    answer, calls = task("00.2").right, []

    def right_four_times(*inputs):
        calls.append(inputs)
        return answer(*inputs) if len(calls) < 5 else torch.zeros_like(inputs[0])

    assert judge("00.2", right_four_times).state == "not right yet"


@pytest.mark.parametrize("number", ["02.2", "02.3"])
def test_a_draw_that_is_often_right_is_still_wrong(number):
    """One row of twenty is wrong. That it passes 200 rows has a probability of 4e-5; the seeds are fixed."""
    right, chance = task(number).right, random.Random(0)

    def nearly(*inputs):
        index = right(*inputs).clone()
        for i in range(len(index)):
            index[i] = (index[i] + (chance.random() < 0.05)) % 3
        return index

    assert judge(number, nearly, seeded(0)).state == "not right yet"


@pytest.mark.parametrize("edition", ["handout", "answers"])
def test_an_edition_has_every_lesson_and_no_hint(edition, tmp_path):
    files = editions.write(edition, tmp_path)
    assert [file.name for file in files] == [path.name for path in LESSONS.values()]
    for file, path in zip(files, LESSONS.values(), strict=True):
        made, lesson = nbformat.read(file, as_version=4), notebook(path)
        nbformat.validate(made)
        assert len({cell.id for cell in made.cells}) == len(made.cells)
        text = "\n".join(cell.source for cell in made.cells)
        assert "<summary>Hint" not in text and "solutions/" not in text
        code = [cell for cell in made.cells if cell.cell_type == "code"]
        stubs = [cell for cell in lesson.cells if cell.cell_type == "code"]
        # The handout runs as the lesson does: its code is the same.
        same = [new.source == old.source for new, old in zip(code, stubs, strict=True)]
        numbers = [editions.number_of(cell) for cell in stubs]
        assert same == [edition == "handout" or number is None for number in numbers]
        for cell, number in zip(code, numbers, strict=True):
            if number and edition == "answers":
                assert cell.source == solution_cells(number)[1].source
                assert "is right" in cell.outputs[0].data["text/plain"]
                assert solution_cells(number)[0].source.partition("\n\n")[2] in text
    assert text.count("**Solution**") == (sum(map(bool, numbers)) if edition == "answers" else 0)


def test_an_edition_is_written_anew(tmp_path):
    (tmp_path / "handout").mkdir()
    (tmp_path / "handout" / "old.ipynb").touch()
    editions.write("handout", tmp_path)
    assert not (tmp_path / "handout" / "old.ipynb").exists()
