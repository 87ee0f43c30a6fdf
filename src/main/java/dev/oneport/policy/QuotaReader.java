package dev.oneport.policy;

import dev.oneport.config.Section;
import dev.oneport.config.Spelling;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads quotas, and reports those that could not limit what they say. */
final class QuotaReader {
  private static final int MOST = 1_000_000;
  private static final int MOST_BYTES = 1 << 29;

  private final Map<String, RoleDefinition> roles;
  private final TokenNames tokens;
  private final List<Quota> quotas = new ArrayList<>();

  private QuotaReader(Map<String, RoleDefinition> roles, TokenNames tokens) {
    this.roles = roles;
    this.tokens = tokens;
  }

  static List<Quota> read(
      List<Section> sections, Map<String, RoleDefinition> roles, TokenNames tokens) {
    var reader = new QuotaReader(roles, tokens);
    for (int i = 0; i < sections.size(); i++) {
      try (var section = sections.get(i)) {
        reader.quotas.add(reader.read(section, i == sections.size() - 1));
      }
    }
    return reader.quotas;
  }

  private Quota read(Section section, boolean last) {
    var callers = RuleBook.subjects(section, "for", roles.keySet(), tokens);
    reportConditional(section, callers);
    var by = by(section, callers);
    var perSecond = section.integer("calls-per-second", 0, 0, MOST);
    var quota =
        new Quota(
            callers,
            by,
            section.choice("scope", QuotaScope.SERVER),
            perSecond,
            burst(section, perSecond),
            section.integer("open-streams", 0, 0, MOST),
            section.integer("messages-per-second", 0, 0, MOST),
            section.bytes("bytes-per-second", 0, 0, MOST_BYTES));
    if (!quota.limits() && last && !section.hasProblems()) {
      section.problem(
          "for",
          "has no limit: set calls-per-second, open-streams, messages-per-second or"
              + " bytes-per-second; a quota without one only exempts callers from those behind it");
    }
    reportCovered(section, quota);
    return quota;
  }

  private void reportConditional(Section section, Set<Subject> callers) {
    for (var role : roles.entrySet()) {
      if (role.getValue().when().isPresent() && callers.contains(new Subject.Role(role.getKey()))) {
        section.problem(
            "for",
            role.getKey()
                + " has a condition, which may hold for one call and not for another; a quota"
                + " is for callers");
      }
    }
  }

  private CountBy by(Section section, Set<Subject> callers) {
    var text = section.text("by", "caller");
    var by = CountBy.parse(text);
    if (by.isEmpty()) {
      if (!section.hasProblem("by")) {
        section.problem(
            "by",
            "must be one of caller, role, claims.NAME, address, not "
                + text
                + Spelling.hint(text, Set.of("caller", "role", "address")));
      }
      return new CountBy.EachCaller();
    }
    report(section, by.get(), callers);
    return by.get();
  }

  private void report(Section section, CountBy by, Set<Subject> callers) {
    switch (by) {
      case CountBy.EachClaim(var name) when !tokens.claims().test(name) ->
          section.problem(
              "by", "counts by the claim " + name + ", which no issuer lists in its claims");
      case CountBy.EachRole() when callers.stream().anyMatch(it -> !(it instanceof Subject.Role)) ->
          section.problem("by", "counts by role, so for must list nothing but roles");
      case CountBy.EachAddress() -> {
        if (callers.size() > 1 && callers.contains(new Subject.Anyone())) {
          section.problem("for", "anyone includes all others");
        }
      }
      case CountBy.EachCaller(), CountBy.EachRole(), CountBy.EachClaim(_) -> {}
    }
    if (!(by instanceof CountBy.EachAddress) && callers.contains(new Subject.Anyone())) {
      section.problem(
          "for",
          "anyone has no name to count by; authenticated callers have, and by: address needs"
              + " none");
    }
  }

  private static int burst(Section section, int perSecond) {
    var burst = section.integer("burst", perSecond, 0, MOST);
    if (perSecond == 0 && burst > 0) {
      section.problem("burst", "needs calls-per-second, which fills it again");
    } else if (burst > perSecond * Quota.REMEMBERED.toSeconds()) {
      section.problem(
          "burst",
          "takes longer to refill than the "
              + Quota.REMEMBERED.toMinutes()
              + " minutes for which counts are kept");
    }
    return burst;
  }

  /** Reports callers to whom an earlier quota applies. */
  private void reportCovered(Section section, Quota quota) {
    for (var subject : quota.callers()) {
      for (var other : quotas) {
        if (other.covers(subject, tokens)) {
          section.problem(
              "for",
              "never applies to "
                  + subject
                  + ": the first quota that covers a caller does, and an earlier one covers all of"
                  + " these; put this one in front");
          return;
        }
      }
    }
  }
}
