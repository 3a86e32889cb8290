"""Has sentences for a bank written by a model: in a batch, or call by call."""

import asyncio

from workers.writing.ahead import Spent, spent_live
from workers.writing.bank_harvest import BankRequest, Harvest, bank_requests
from workers.writing.bank_tables import Bank
from workers.writing.batch.lane import BatchLane
from workers.writing.batch.lines import BatchCall
from workers.writing.errors import WritingError
from workers.writing.model_answers import ModelAnswer
from workers.writing.model_call import ModelCall
from workers.writing.pace.prices import batch_cost
from workers.writing.prompts import prompt_of
from workers.writing.request import Urgency, request_body


async def written_in_batch(bank: Bank, count: int, lane: BatchLane, longest_wait: float) -> Harvest:
    """New sentences for a bank, so many variations of each, by a batch within `longest_wait` seconds."""
    harvest, requests = Harvest(bank), {each.name: each for each in bank_requests(count)}
    calls = [
        BatchCall(each.name, request_body(lane.model, prompt_of(each.facts), each.form))
        for each in requests.values()
    ]
    outcomes = await lane.outcomes(calls, longest_wait)
    for name, request in requests.items():
        outcome = outcomes[name]
        harvest.spent.append(Spent(outcome.usage, batch_cost(lane.model, *outcome.usage)))
        harvest.answered(request, outcome.text, outcome.error)
    return harvest


async def written_live(bank: Bank, count: int, call: ModelCall, at_once: int, longest_wait: float) -> Harvest:
    """The same by live calls, so many at once; each waits for its turn for at most `longest_wait` seconds."""
    harvest, requests = Harvest(bank), [*bank_requests(count)]
    turns, urgency = asyncio.Semaphore(at_once), Urgency(longest_wait)

    async def ask(request: BankRequest) -> ModelAnswer | WritingError:
        async with turns:
            try:
                return await call.ask(prompt_of(request.facts), request.form, request.name, urgency)
            except WritingError as error:
                return error

    answers = await asyncio.gather(*map(ask, requests))
    for request, answer in zip(requests, answers, strict=True):
        if isinstance(answer, WritingError):
            harvest.answered(request, None, answer)
        else:
            harvest.spent.append(spent_live(call.model, answer.usage))
            harvest.answered(request, answer.text)
    return harvest
