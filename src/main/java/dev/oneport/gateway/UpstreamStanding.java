package dev.oneport.gateway;

import dev.oneport.gateway.standing.AddressStanding;
import dev.oneport.gateway.standing.RetryBudget;
import java.util.ArrayList;
import java.util.List;

/** The standing of an upstream's addresses, and its retries, on all protocols. */
final class UpstreamStanding {
  private final List<AddressStanding> addresses;
  private final RetryBudget budget;

  UpstreamStanding(Upstream upstream) {
    var made = new ArrayList<AddressStanding>();
    for (var address : upstream.addresses()) {
      made.add(
          new AddressStanding(
              upstream.name() + " at " + address,
              upstream.retries(),
              upstream.health().orElse(null)));
    }
    this.addresses = List.copyOf(made);
    this.budget = new RetryBudget(upstream.retries().retryPercent());
  }

  /** The standing of the address at that place of the upstream's list. */
  AddressStanding of(int index) {
    return addresses.get(index);
  }

  /** Whether any address may be used. */
  boolean isHealthy() {
    return addresses.stream().anyMatch(AddressStanding::isHealthy);
  }

  RetryBudget budget() {
    return budget;
  }
}
