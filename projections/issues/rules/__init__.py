"""The detection rules: one SQL question per rule, and the table that says what each means."""

from projections.issues.rules.catalogue import BY_CODE, RULES, Rule, rule_sql

__all__ = ["BY_CODE", "RULES", "Rule", "rule_sql"]
