package io.github.dl4jx.contract;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import org.nd4j.linalg.learning.config.IUpdater;

/** The updaters of the contract suite's table, for tests in other packages. */
public final class ContractUpdaters {

  private ContractUpdaters() {}

  /** The first of every class of this library, so that a new class joins by its row there. */
  public static Collection<IUpdater> oneOfEachClass() {
    Map<Class<?>, IUpdater> updaters = new LinkedHashMap<>();
    UpdaterContractTest.updaters().stream()
        .map(row -> row.getPayload().updater())
        .filter(updater -> updater.getClass().getName().startsWith("io.github.dl4jx."))
        .forEach(updater -> updaters.putIfAbsent(updater.getClass(), updater));
    return new ArrayList<>(updaters.values());
  }
}
