package dev.oneport.gate;

import dev.oneport.fleet.BudgetName;
import dev.oneport.fleet.FleetQuotas;
import dev.oneport.fleet.SharedBudget;
import dev.oneport.fleet.SharedStreams;
import dev.oneport.policy.Quota;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Makes what meters count by: on this server alone, or together with the fleet. */
final class Allowances {
  /** On this server alone. */
  static final Allowances HERE = new Allowances(Optional.empty());

  private final Optional<FleetQuotas> fleet;

  Allowances(Optional<FleetQuotas> fleet) {
    this.fleet = fleet;
  }

  /**
   * An allowance.
   *
   * @param kind what it is of
   * @param perSecond 0 for no limit
   */
  Allowance of(Quota quota, MeterKey key, String kind, int perSecond, int burst) {
    if (perSecond == 0 || !quota.isOfFleet() || fleet.isEmpty()) {
      return Allowance.here(perSecond, burst);
    }
    return new OfFleet(
        fleet.get().budget(new BudgetName(kind + ":" + digest(key), perSecond, burst)));
  }

  /** The open streams of the fleet; empty if this server counts its own. */
  Optional<SharedStreams> streams(Quota quota, MeterKey key) {
    return quota.isOfFleet() && quota.openStreams() > 0
        ? fleet.map(it -> it.streams(digest(key)))
        : Optional.empty();
  }

  private static String digest(MeterKey key) {
    var parts = new ArrayList<>(List.of(key.by().toString(), key.issuer(), key.value()));
    key.group().stream().map(Object::toString).sorted().forEach(parts::add);
    return BudgetName.digest(parts);
  }

  /** Counts together with other servers. */
  private record OfFleet(SharedBudget budget) implements Allowance {
    @Override
    public long tryTake() {
      return budget.tryTake();
    }

    @Override
    public long take(long amount) {
      return budget.take(amount);
    }

    @Override
    public long owes() {
      return budget.owes();
    }
  }
}
