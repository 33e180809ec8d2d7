package io.github.dl4jx.ensembles.internal;

import io.github.dl4jx.ensembles.TrainerSettings;
import io.github.dl4jx.random.internal.Arguments;
import io.github.dl4jx.training.jobs.internal.SharedExamples;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.IntFunction;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.dataset.DataSet;

/** What all members of an ensemble learn from, and what they are watched by. */
public final class MemberData {

  private final SharedExamples examples;

  private final @Nullable Validation validation;

  private final IntFunction<? extends Collection<? extends TrainingListener>> listeners;

  MemberData(SharedExamples examples, TrainerSettings settings) {
    this(
        examples,
        Validation.of(settings),
        settings.listeners().isPresent() ? settings.listeners().get() : member -> List.of());
  }

  MemberData(
      SharedExamples examples,
      @Nullable Validation validation,
      IntFunction<? extends Collection<? extends TrainingListener>> listeners) {
    this.examples = examples;
    this.validation = validation;
    this.listeners = listeners;
  }

  /** The same with what the log is told of every member. */
  MemberData with(ProgressLog progress) {
    return new MemberData(
        examples,
        validation,
        member -> {
          List<TrainingListener> all = new ArrayList<>(listeners(member));
          all.add(progress.of(member));
          return all;
        });
  }

  /** What they learn from, unless each has its own. */
  public SharedExamples examples() {
    return examples;
  }

  /** What stops a member early, if anything does. */
  @Nullable Validation validation() {
    return validation;
  }

  /** Examples for early stopping. */
  public List<DataSet> validationBatches() {
    return validation == null ? List.of() : validation.batches();
  }

  /** The listeners of a member's network. */
  Collection<? extends TrainingListener> listeners(int member) {
    return Arguments.notNull("what memberListeners give", listeners.apply(member));
  }
}
