package dev.oneport.gate;

import dev.oneport.api.Caller;
import dev.oneport.policy.CountBy;
import dev.oneport.policy.Policy;
import dev.oneport.policy.Quota;
import dev.oneport.policy.Subject;
import dev.oneport.proxies.Client;
import dev.oneport.transport.limit.AddressKey;
import java.util.Optional;
import java.util.Set;

/**
 * Whose calls are counted together.
 *
 * @param group the callers of the quota; empty where a caller's streams count under any quota
 * @param issuer empty where the value means the same for all issuers
 */
record MeterKey(CountBy by, Set<Subject> group, String issuer, String value) {
  /** Of calls that no quota counts. */
  static final MeterKey NONE = new MeterKey(new CountBy.EachCaller(), Set.of(), "", "");

  /** The longest value of a claim that can be counted by. */
  private static final int LONGEST = 256;

  /**
   * The key of a call under a quota; empty if its token does not bring what the quota counts by.
   */
  static Optional<MeterKey> of(Policy policy, Quota quota, Caller caller, Client client) {
    var by = quota.by();
    return switch (by) {
      case CountBy.EachCaller() ->
          Optional.of(new MeterKey(by, Set.of(), caller.issuer(), caller.name()));
      case CountBy.EachRole() ->
          Optional.of(new MeterKey(by, quota.callers(), "", policy.role(quota, caller)));
      case CountBy.EachClaim(var name) ->
          claim(caller, name)
              .map(value -> new MeterKey(by, quota.callers(), caller.issuer(), value));
      case CountBy.EachAddress() -> {
        var network = Long.toHexString(AddressKey.of(client.address()));
        yield Optional.of(new MeterKey(by, quota.callers(), "", network));
      }
    };
  }

  private static Optional<String> claim(Caller caller, String name) {
    var value =
        switch (caller.claims().get(name)) {
          case Boolean flag -> Optional.of(flag.toString());
          case Long number -> Optional.of(number.toString());
          case null, default -> caller.claim(name);
        };
    return value.filter(text -> !text.isBlank() && text.length() <= LONGEST);
  }
}
