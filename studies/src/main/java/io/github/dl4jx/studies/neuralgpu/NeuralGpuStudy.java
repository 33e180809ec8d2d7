package io.github.dl4jx.studies.neuralgpu;

import io.github.dl4jx.studies.Study;
import io.github.dl4jx.studies.log.CurveLog;
import io.github.dl4jx.studies.report.Wording;
import io.github.dl4jx.studies.run.CurveRunner;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Gradient noise and poor initial weights in a small {@link NeuralGpu}, after the experiment of
 * Neelakantan et al. 2015 with a Neural GPU.
 *
 * <p>{@code -Dstudy.runs=N} makes the runs of seeds 1 to N; the default is 20. {@code
 * -Dstudy.known=FILE} takes over the runs of an earlier results.csv. {@code -Dstudy.quick} makes
 * one of 50 steps.
 */
public final class NeuralGpuStudy implements Study {

  private static final int QUICK_STEPS = 50;

  private record Kind(Task task, Arm arm) {

    GpuRun run(long seed, int steps) {
      GpuTraining training = new GpuTraining(task, arm.scale(task), seed);
      training.train(steps, arm.updater(seed), seed);
      return new GpuRun(arm.label(task), seed, training.rightSequences(), training.escaped());
    }
  }

  @Override
  public void run(Context context) throws IOException {
    boolean quick = context.quick();
    int runs = context.runs(quick ? 1 : 20);
    Map<String, Kind> kinds = new LinkedHashMap<>();
    for (Task task : Task.values()) {
      Arm.ALL.forEach(arm -> kinds.put(arm.label(task), new Kind(task, arm)));
    }
    List<String> labels = List.copyOf(kinds.keySet());
    String key =
        "1-D Neural GPU, kernel 3, 12 maps, length 6, Adam 0.01, clipping at norm 1, batch 32, "
            + (quick ? "50 steps" : "1,000 steps of reversal, 600 of addition");
    CurveLog<GpuRun> log = CurveLog.open(context.folder(), key, GpuRun.FORM);
    if (context.known().isPresent()) {
      log.takeOver(context.known().get(), GpuRun::arm, GpuRun::seed, run -> true);
    }
    new CurveRunner<>(context, log, "Training", " runs", 1)
        .run(
            labels,
            runs,
            (label, seed, runDone) -> {
              Kind kind = Objects.requireNonNull(kinds.get(label));
              GpuRun run = kind.run(seed, quick ? QUICK_STEPS : kind.task().steps);
              runDone.run();
              return List.of(run);
            });
    String settings =
        key
            + ", "
            + Wording.count(runs, "seed")
            + ". A success has 99 % of all sequences right at the end. The plateau is left with the"
            + " first batch whose loss is below 0.6 (guessing: 0.693).";
    new GpuReport(settings, log.complete(labels, runs)).show(context.folder());
  }
}
