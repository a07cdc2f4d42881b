"""Events of crisis intake's fields, as anybody would write it: `python3 crisis.py random|faker EVENTS FILE`."""

import json
import random
import sys
import uuid

CHANNEL = ["988_call", "mobile_team", "walk_in", "ER_referral"]
COUNTY = ["Los Angeles", "San Diego", "Orange", "Santa Clara", "Alameda", "Sacramento"]
PROBLEM = ["suicidal_thoughts", "panic_attack", "psychosis", "overdose_risk", "DV_related", "withdrawal"]
RISK = ["low", "moderate", "high", "imminent"]
DISPOSITION = ["phone_stabilized", "urgent_clinic", "mobile_team_dispatched", "911_transfer", "ER_referred"]
LANGUAGE = ["en", "es", "zh", "vi", "tl"]
START_MS = 1_767_225_600_000


def by_random():
    draw = random.Random(42)
    new_uuid = lambda: str(uuid.UUID(int=draw.getrandbits(128), version=4))
    return new_uuid, draw.choice, draw.randint, lambda: draw.random() < 0.5


def by_faker():
    from faker import Faker

    Faker.seed(42)
    fake = Faker()
    return fake.uuid4, fake.random_element, fake.random_int, fake.boolean


def write(tools, events, path):
    new_uuid, choice, whole, flag = tools
    dumps = json.JSONEncoder(separators=(",", ":")).encode
    with open(path, "w", buffering=1 << 20) as out:
        for i in range(events):
            event = {
                "event_id": new_uuid(),
                "event_time_ms": START_MS + i,
                "channel": choice(CHANNEL),
                "county": choice(COUNTY),
                "presenting_problem": choice(PROBLEM),
                "risk_level": choice(RISK),
                "disposition": choice(DISPOSITION),
                "language": choice(LANGUAGE),
                "age": whole(13, 85),
                "wait_time_sec": whole(0, 300),
                "call_duration_sec": whole(30, 1200),
                "prior_contacts_90d": whole(0, 5),
                "suicidal_ideation": flag(),
                "homicidal_ideation": flag(),
                "substance_use": flag(),
            }
            out.write(dumps(event) + "\n")


write({"random": by_random, "faker": by_faker}[sys.argv[1]](), int(sys.argv[2]), sys.argv[3])
