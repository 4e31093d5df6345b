#!/usr/bin/env python3
"""Checks a SARIF file against the structure that SARIF 2.1.0 requires.

The official schema is read from the file in SARIF_SCHEMA, with the package jsonschema; it is not kept here, because its
terms are those of a standard and no licence for sources, and no package of the registry carries it. Without it only the
required properties, types and allowed values that stand here are checked, which are those of the objects that checkv4
writes.
"""
import json
import os
import re
import sys

errors = []


def expect(condition, place, text):
    if not condition:
        errors.append(f"{place}: {text}")


def keys(value, place, required, optional=()):
    """The properties of an object: all that are required, none that are unknown (SARIF forbids additional ones)."""
    if not isinstance(value, dict):
        errors.append(f"{place}: not an object")
        return False
    for key in required:
        expect(key in value, place, f"'{key}' is missing")
    for key in value:
        expect(key in required or key in optional, place, f"'{key}' is not a property")
    return all(key in value for key in required)


def message(value, place, optional=("markdown",)):
    if keys(value, place, ["text"], optional):
        expect(isinstance(value["text"], str) and value["text"], place, "text is empty")


def region(value, place):
    if keys(value, place, ["startLine"], ["startColumn", "endLine", "endColumn"]):
        for key, number in value.items():
            expect(isinstance(number, int) and number >= 1, place, f"{key} is {number}")
        if "endLine" in value:
            start = (value["startLine"], value.get("startColumn", 1))
            end = (value["endLine"], value.get("endColumn", 1))
            expect(start <= end, place, f"{start} is after {end}")


def artifact(value, place, bases):
    if keys(value, place, ["uri"], ["uriBaseId"]):
        expect(re.fullmatch(r"(?:[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=]|%[0-9A-Fa-f]{2})*", value["uri"]), place, "no URI")
        if "uriBaseId" in value:
            expect(value["uriBaseId"] in bases, place, "unknown base")


def physical(value, place, bases):
    if keys(value, place, ["artifactLocation"], ["region"]):
        artifact(value["artifactLocation"], place + "/artifactLocation", bases)
        if "region" in value:
            region(value["region"], place + "/region")


def location(value, place, bases):
    if keys(value, place, ["physicalLocation"]):
        physical(value["physicalLocation"], place, bases)


def run(value, place):
    if not keys(value, place, ["tool", "results"], ["columnKind", "originalUriBaseIds", "invocations"]):
        return
    expect(value.get("columnKind") in ("utf16CodeUnits", "unicodeCodePoints"), place, "columnKind")
    bases = value.get("originalUriBaseIds", {})
    for name, base in bases.items():
        if keys(base, f"{place}/{name}", ["uri"]):
            expect(base["uri"].endswith("/"), f"{place}/{name}", "a base ends with a slash")
    keys(value["tool"], place + "/tool", ["driver"])
    driver = value["tool"]["driver"]
    if not keys(driver, place + "/driver", ["name"], ["version", "semanticVersion", "informationUri", "rules"]):
        return
    if "semanticVersion" in driver:
        expect(re.fullmatch(r"\d+\.\d+\.\d+", driver["semanticVersion"]), place, "semanticVersion")
    rules = driver.get("rules", [])
    expect(len({rule.get("id") for rule in rules}) == len(rules), place, "rule identifiers are not unique")
    for index, rule in enumerate(rules):
        here = f"{place}/rules/{index}"
        if keys(rule, here, ["id"], ["name", "shortDescription", "fullDescription", "help", "defaultConfiguration", "properties"]):
            for key in ("shortDescription", "fullDescription", "help"):
                message(rule[key], f"{here}/{key}")
            expect(rule["defaultConfiguration"]["level"] in ("none", "note", "warning", "error"), here, "level")
    for index, invocation in enumerate(value.get("invocations", [])):
        here = f"{place}/invocations/{index}"
        if keys(invocation, here, ["executionSuccessful"], ["toolExecutionNotifications"]):
            for notification in invocation.get("toolExecutionNotifications", []):
                if keys(notification, here, ["message"], ["level", "locations"]):
                    message(notification["message"], here)
                    for entry in notification.get("locations", []):
                        location(entry, here, bases)
    for index, result in enumerate(value["results"]):
        here = f"{place}/results/{index}"
        optional = ["ruleId", "ruleIndex", "level", "locations", "partialFingerprints", "fixes", "suppressions"]
        if not keys(result, here, ["message"], optional):
            continue
        message(result["message"], here)
        expect(result["level"] in ("none", "note", "warning", "error"), here, "level")
        expect(0 <= result["ruleIndex"] < len(rules) and rules[result["ruleIndex"]]["id"] == result["ruleId"], here, "ruleIndex")
        for entry in result["locations"]:
            location(entry, here, bases)
        for key, text in result["partialFingerprints"].items():
            expect(isinstance(text, str), here, f"fingerprint {key}")
        for suppression in result.get("suppressions", []):
            if keys(suppression, here, ["kind"], ["justification"]):
                expect(suppression["kind"] in ("inSource", "external"), here, "kind")
        for fix in result.get("fixes", []):
            if keys(fix, here, ["artifactChanges"], ["description"]):
                for change in fix["artifactChanges"]:
                    if keys(change, here, ["artifactLocation", "replacements"]):
                        artifact(change["artifactLocation"], here, bases)
                        expect(change["replacements"], here, "no replacement")
                        for replacement in change["replacements"]:
                            if keys(replacement, here, ["deletedRegion"], ["insertedContent"]):
                                region(replacement["deletedRegion"], here)


def schema():
    """The official schema, where SARIF_SCHEMA says it is."""
    path = os.environ.get("SARIF_SCHEMA")
    if not path:
        return None
    try:
        return json.load(open(path, encoding="utf-8"))
    except (OSError, ValueError) as error:
        sys.exit(f"SARIF_SCHEMA: {error}")


def main():
    document = json.load(open(sys.argv[1], encoding="utf-8"))
    if keys(document, "", ["version", "runs"], ["$schema"]):
        expect(document["version"] == "2.1.0", "", "version")
        for index, value in enumerate(document["runs"]):
            run(value, f"/runs/{index}")
    official = schema()
    if official:
        import jsonschema

        for error in jsonschema.validators.validator_for(official)(official).iter_errors(document):
            errors.append(f"{'/'.join(map(str, error.path))}: {error.message}")
    for error in errors[:20]:
        print(error, file=sys.stderr)
    results = sum(len(run["results"]) for run in document["runs"])
    print(f"SARIF: {results} results, {len(errors)} errors ({'official schema and ' if official else ''}required structure)")
    sys.exit(1 if errors else 0)


main()
