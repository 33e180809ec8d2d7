package io.github.dl4jx.studies.updaters;

import static org.nd4j.linalg.schedule.ScheduleType.ITERATION;

import io.github.dl4jx.studies.Study;
import io.github.dl4jx.studies.log.Run;
import io.github.dl4jx.studies.report.Report;
import io.github.dl4jx.studies.report.Wording;
import io.github.dl4jx.studies.run.MnistNetwork;
import io.github.dl4jx.studies.run.StudyRunner;
import io.github.dl4jx.studies.run.Technique;
import io.github.dl4jx.updaters.Lion;
import io.github.dl4jx.updaters.OneBitSgd;
import io.github.dl4jx.updaters.Sghmc;
import io.github.dl4jx.updaters.Sgld;
import io.github.dl4jx.updaters.SignSgd;
import io.github.dl4jx.updaters.Signum;
import io.github.dl4jx.updaters.schedule.CosineAnnealingSchedule;
import io.github.dl4jx.updaters.schedule.InversePowerSchedule;
import io.github.dl4jx.updaters.schedule.LinearWarmupSchedule;
import io.github.dl4jx.updaters.wrapper.GradientClipping;
import io.github.dl4jx.updaters.wrapper.GradientNoise;
import io.github.dl4jx.updaters.wrapper.OneBitGradient;
import io.github.dl4jx.updaters.wrapper.OneBitGradient.Reconstruction;
import io.github.dl4jx.updaters.wrapper.SignGradient;
import io.github.dl4jx.updaters.wrapper.SkipNonFinite;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.DoubleFunction;
import java.util.stream.Collectors;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.config.Sgd;

/**
 * Every updater on two functions whose minimum is known and on MNIST for one epoch; and what the
 * error feedback of one-bit gradients is worth, on MNIST after five.
 *
 * <p>{@code -Dstudy.quick} trains on 10,000 examples.
 */
public final class UpdatersStudy implements Study {

  private static final int SEEDS = 1;
  private static final int EPOCHS = 5;
  private static final double RATE = 0.1;
  private static final long MNIST_EXAMPLES = 60_000;
  private static final String EXACT = "Sgd";

  /** An updater for a learning rate and a number of steps. */
  private interface Recipe {
    IUpdater of(double rate, int steps);
  }

  /** A recipe with its learning rates. */
  private record Row(String name, Recipe recipe, double mnist, double quadratic, double valley) {

    String title() {
      return name + ": " + number(mnist) + " / " + number(quadratic) + " / " + number(valley);
    }

    private static String number(double rate) {
      return rate < 1e-3 ? String.format(Locale.ROOT, "%.0e", rate) : Double.toString(rate);
    }
  }

  private final List<Row> rows = new ArrayList<>();
  private final Map<String, DoubleFunction<IUpdater>> feedback = new LinkedHashMap<>();

  /** Prepares the updaters. */
  public UpdatersStudy() {
    row("Sgd", (lr, steps) -> new Sgd(lr), 0.5, 1, 1e-3);
    row("Nesterovs", (lr, steps) -> new Nesterovs(lr, 0.9), 0.1, 0.2, 2e-4);
    row("Adam", (lr, steps) -> new Adam(lr), 1e-3, 0.05, 0.02);
    row("SignSgd", (lr, steps) -> new SignSgd(lr), 5e-4, 5e-3, 7e-4);
    row("Signum", (lr, steps) -> new Signum(lr), 2e-4, 5e-3, 7e-4);
    row("Lion", (lr, steps) -> new Lion(lr), 2e-4, 5e-3, 7e-4);
    row("OneBitSgd", (lr, steps) -> new OneBitSgd(lr), 0.1, 0.5, 5e-4);
    row("Sgld", (lr, steps) -> new Sgld(lr, MNIST_EXAMPLES), 0.5, 1, 1e-3);
    row("Sghmc", (lr, steps) -> new Sghmc(lr, MNIST_EXAMPLES), 0.05, 0.1, 1e-4);
    wrappers();
    schedules();
    feedback.put(EXACT, Sgd::new);
    feedback.put("OneBitSgd", OneBitSgd::new);
    feedback.put("OneBitGradient(Sgd), no feedback", lr -> oneBit(lr, 512, false));
    feedback.put("OneBitGradient(Sgd), columns of 784", lr -> oneBit(lr, 784, true));
    feedback.put("OneBitGradient(Sgd), columns of 784, no feedback", lr -> oneBit(lr, 784, false));
  }

  private void wrappers() {
    row(
        "SignGradient(Nesterovs)",
        (lr, steps) -> SignGradient.around(new Nesterovs(lr, 0.9)),
        5e-5,
        5e-4,
        1e-4);
    row(
        "GradientNoise(Sgd), eta 1e-4",
        (lr, steps) -> GradientNoise.around(new Sgd(lr)).eta(1e-4).build(),
        0.5,
        1,
        1e-3);
    row(
        "GradientClipping(Sgd), norm 1",
        (lr, steps) -> GradientClipping.around(new Sgd(lr)).byNorm(1),
        0.5,
        1,
        1e-3);
    row(
        "GradientClipping(Adam), value 0.01",
        (lr, steps) -> GradientClipping.around(new Adam(lr)).byValue(0.01),
        1e-3,
        0.05,
        0.02);
    row("SkipNonFinite(Sgd)", (lr, steps) -> SkipNonFinite.around(new Sgd(lr), 0), 0.5, 1, 1e-3);
    row(
        "OneBitGradient(Adam), columns of 784",
        (lr, steps) -> OneBitGradient.around(new Adam(lr)).columnLength(784).build(),
        1e-3,
        0.05,
        0.02);
    row(
        "OneBitGradient(Sgd), scaled sign",
        (lr, steps) ->
            OneBitGradient.around(new Sgd(lr)).reconstruction(Reconstruction.SCALED_SIGN).build(),
        0.1,
        0.5,
        5e-4);
    row("OneBitGradient(Sgd), no feedback", (lr, steps) -> oneBit(lr, 512, false), 0.1, 0.5, 5e-4);
  }

  private void schedules() {
    row(
        "Sgd, cosine",
        (lr, steps) -> new Sgd(CosineAnnealingSchedule.once(ITERATION, lr, 0, steps)),
        0.5,
        1,
        1e-3);
    row(
        "Sgd, cosine in 4 cycles",
        (lr, steps) ->
            new Sgd(CosineAnnealingSchedule.withRestarts(ITERATION, lr, 0, (steps + 3) / 4, 1)),
        0.5,
        1,
        1e-3);
    row(
        "Sgd, warm-up of a tenth",
        (lr, steps) -> new Sgd(new LinearWarmupSchedule(Math.max(1, steps / 10), lr)),
        0.5,
        1,
        1e-3);
    row(
        "Sgd, falling to a half",
        // 1 / (1 + t / steps): half the rate at the end
        (lr, steps) -> new Sgd(new InversePowerSchedule(ITERATION, lr * steps, steps, 1)),
        0.5,
        1,
        1e-3);
  }

  private void row(String name, Recipe recipe, double mnist, double quadratic, double valley) {
    rows.add(new Row(name, recipe, mnist, quadratic, valley));
  }

  private static IUpdater oneBit(double rate, int columnLength, boolean errorFeedback) {
    return OneBitGradient.around(new Sgd(rate))
        .columnLength(columnLength)
        .errorFeedback(errorFeedback)
        .build();
  }

  private static String fiveEpochs(String name) {
    return name + ", " + EPOCHS + " epochs";
  }

  private static Technique training(Recipe recipe, double rate, int epochs) {
    return MnistNetwork.training(
        data -> recipe.of(rate, MnistNetwork.batches(data) * epochs), null, epochs);
  }

  @Override
  public void run(Context context) throws IOException {
    int examples = context.quick() ? 10_000 : 60_000;
    Map<String, Technique> techniques = new LinkedHashMap<>();
    rows.forEach(row -> techniques.put(row.title(), training(row.recipe(), row.mnist(), 1)));
    feedback.forEach(
        (name, updater) ->
            techniques.put(
                fiveEpochs(name), training((lr, steps) -> updater.apply(lr), RATE, EPOCHS)));
    String label = context.label();
    DataSet train = context.train(examples);
    DataSet test = context.test();
    String settings = settings(examples) + " " + feedbackSettings();
    List<Run> runs = new StudyRunner(context, techniques, train, test).run(settings, SEEDS);
    Report all = allUpdaters(label, examples, runs);
    Report errorFeedback = errorFeedback(label, runs);
    System.out.println(all.table());
    System.out.println(errorFeedback.table());
    System.out.println(all.write(context.folder()));
    System.out.println(errorFeedback.write(context.folder(), "feedback.html"));
  }

  private Report allUpdaters(String label, int examples, List<Run> runs) {
    TestFunction quadratic = TestFunction.quadratic();
    TestFunction rosenbrock = TestFunction.rosenbrock();
    Map<String, Double> onQuadratic = new LinkedHashMap<>();
    Map<String, Double> onRosenbrock = new LinkedHashMap<>();
    for (Row row : rows) {
      IUpdater updater = row.recipe().of(row.quadratic(), quadratic.steps());
      onQuadratic.put(row.title(), quadratic.descend(updater) / quadratic.initial());
      updater = row.recipe().of(row.valley(), rosenbrock.steps());
      onRosenbrock.put(row.title(), rosenbrock.descend(updater));
    }
    List<Report.Column> columns = new ArrayList<>();
    columns.add(
        new Report.Column(
            "quadratic",
            "final over initial value, lower is better",
            "%.1e",
            run -> onQuadratic.getOrDefault(run.technique(), Double.NaN)));
    columns.add(
        new Report.Column(
            "Rosenbrock",
            "final value, lower is better",
            "%.1e",
            run -> onRosenbrock.getOrDefault(run.technique(), Double.NaN)));
    columns.addAll(Report.COLUMNS);
    List<String> names = rows.stream().map(Row::title).collect(Collectors.toList());
    return new Report("Updaters on " + label, settings(examples), names, runs, columns);
  }

  private Report errorFeedback(String label, List<Run> runs) {
    List<Report.Column> columns = new ArrayList<>(Report.COLUMNS);
    columns.add(
        1,
        new Report.Column(
            "points against Sgd",
            "difference of accuracies, higher is better",
            "%+.2f",
            run -> 100 * (run.accuracy() - exact(runs, run.seed()).accuracy())));
    List<String> names =
        feedback.keySet().stream().map(UpdatersStudy::fiveEpochs).collect(Collectors.toList());
    return new Report("One-bit gradients on " + label, feedbackSettings(), names, runs, columns);
  }

  private static Run exact(List<Run> runs, long seed) {
    return runs.stream()
        .filter(run -> run.technique().equals(fiveEpochs(EXACT)) && run.seed() == seed)
        .findFirst()
        .orElseThrow();
  }

  private String settings(int examples) {
    return String.format(
        "Learning rates: MNIST / quadratic / Rosenbrock. MNIST: 784-256-10 network (ReLU, softmax),"
            + " %,d training examples, batch %d, 1 epoch, %s. Quadratic: 10 dimensions,"
            + " condition 100, %d steps. Rosenbrock: from (-1.2, 1), %d steps.",
        examples,
        MnistNetwork.BATCH,
        Wording.count(SEEDS, "seed"),
        TestFunction.quadratic().steps(),
        TestFunction.rosenbrock().steps());
  }

  private static String feedbackSettings() {
    return String.format(
        "The same network and data, %d epochs, learning rate %s; columns of 512 unless another"
            + " length is named.",
        EPOCHS, RATE);
  }
}
