"""Reads documents from its input, lints each with parliament and cloudsplaining, and writes what they find: JSON in, JSON out.

A document is {"id", "kind": "identity" | "resource" | "trust", "account", "about": the ARN that a trust policy is of, "document"}; a finding is
{"id", "sid", "linter", "issue", "detail"}. Statements are judged one by one, so that a finding knows which one it is of; what only
shows in a whole document is of no statement.
"""

import contextlib
import io
import json
import logging
import re
import sys
import warnings

warnings.simplefilter("ignore")  # parliament's patterns are older than the Python that reads them
logging.disable(logging.CRITICAL)

import parliament  # noqa: E402
from cloudsplaining.scan.assume_role_policy_document import AssumeRolePolicyDocument  # noqa: E402
from cloudsplaining.scan.policy_document import PolicyDocument  # noqa: E402
from cloudsplaining.scan.resource_policy_document import ResourcePolicyDocument  # noqa: E402
from cloudsplaining.shared.constants import ACTIONS_THAT_RETURN_CREDENTIALS, READ_ONLY_DATA_EXFILTRATION_ACTIONS  # noqa: E402


def details_of(finding):
    detail = finding.detail if finding.detail != "" else finding.location.get("string", finding.location.get("actions", ""))
    if isinstance(detail, list):
        detail = sorted(detail, key=lambda each: json.dumps(each, sort_keys=True))
    return detail if isinstance(detail, str) else json.dumps(detail, sort_keys=True, default=str)


def one_value(statement):
    """The same with a list of one value as that value: parliament can't read such a list with Bool."""
    condition = statement.get("Condition", {})
    plain = {operator: {key: each[0] if isinstance(each, list) and len(each) == 1 else each for key, each in keys.items()} for operator, keys in condition.items()}
    return {**statement, "Condition": plain} if condition else statement


def by_parliament(policy, auditors):
    spoken = {**policy, "Statement": [one_value(each) for each in policy["Statement"]]}
    found = parliament.analyze_policy_string(json.dumps(spoken), include_community_auditors=auditors)
    return [("parliament", finding.issue, details_of(finding)) for finding in found.findings]


def by_cloudsplaining(policy, kind, account):
    # A condition excuses nothing here.
    allowed = PolicyDocument(policy, flag_conditional_statements=True)
    yield "ServiceWildcard", allowed.service_wildcard
    yield "NotAction", ["allowed"] if any(each.effect_allow and each.not_action for each in allowed.statements) else []
    yield "NotResource", ["allowed"] if any(each.has_not_resource_with_allow for each in allowed.statements) else []
    if kind == "identity":
        yield "PrivilegeEscalation", sorted(each["type"] for each in allowed.allows_privilege_escalation)
        yield "InfrastructureModification", allowed.infrastructure_modification
        yield "ResourceExposure", allowed.permissions_management_without_constraints
        yield "WriteWithoutConstraints", allowed.write_actions_without_constraints
        yield "DataExfiltration", allowed.allows_specific_actions_without_constraints(READ_ONLY_DATA_EXFILTRATION_ACTIONS)
        yield "CredentialsExposure", allowed.allows_specific_actions_without_constraints(ACTIONS_THAT_RETURN_CREDENTIALS)
    else:
        yield "InternetAccessible", ResourcePolicyDocument(policy).internet_accessible_actions
    if kind == "trust":
        trust = AssumeRolePolicyDocument(policy, current_account_id=account)
        yield "AssumableByAnyone", trust.role_assumable_by_any_principal + trust.role_assumable_by_any_principal_with_conditions
        yield "AssumableByOtherAccounts", trust.role_assumable_by_cross_account_principals
        yield "AssumableByComputeServices", trust.role_assumable_by_compute_services


def of_statement(statement, kind, account, about):
    policy = {"Version": "2012-10-17", "Statement": [statement]}
    # A trust policy is about the role that has it; parliament wants that said.
    spoken = {**statement, "Resource": about} if kind == "trust" else statement
    # The auditors ask what is allowed; they can't read a denial of all but some actions.
    yield from by_parliament({**policy, "Statement": [spoken]}, statement.get("Effect") == "Allow" and "Action" in statement)
    for issue, actions in by_cloudsplaining(policy, kind, account):
        if actions:
            yield "cloudsplaining", issue, ", ".join(sorted(set(actions)))


known = {}


def of_statement_once(statement, *where):
    """Most statements of many estates say the same under other names."""
    key = json.dumps([{name: value for name, value in statement.items() if name != "Sid"}, where], sort_keys=True)
    # An ill-formed name is a finding of the statement itself.
    if not re.fullmatch("[0-9A-Za-z]+", statement.get("Sid", "")):
        key += statement.get("Sid", "")
    if key not in known:
        known[key] = list(of_statement(statement, *where))
    return known[key]


# What only shows in a whole document is read from its frame: what its statements say has been judged.
frame = {"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": "arn:aws:sqs:eu-west-1:111122223333:any"}


def of_document(given):
    document, kind = given["document"], given["kind"]
    for statement in document["Statement"]:
        for linter, issue, detail in of_statement_once(statement, kind, given["account"], given.get("about")):
            yield {"id": given["id"], "sid": statement.get("Sid"), "linter": linter, "issue": issue, "detail": detail}
    whole = {**document, "Statement": [{**frame, **({"Sid": each["Sid"]} if re.fullmatch("[0-9A-Za-z]+", each.get("Sid", "")) else {})} for each in document["Statement"]]}
    for linter, issue, detail in by_parliament(whole, False):
        yield {"id": given["id"], "sid": None, "linter": linter, "issue": issue, "detail": detail}


with contextlib.redirect_stdout(io.StringIO()):
    findings = [finding for given in json.load(sys.stdin) for finding in of_document(given)]
json.dump(findings, sys.stdout)
