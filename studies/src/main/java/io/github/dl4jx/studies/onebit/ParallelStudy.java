package io.github.dl4jx.studies.onebit;

import io.github.dl4jx.ensembles.uncertainty.ClassificationScores;
import io.github.dl4jx.studies.Study;
import io.github.dl4jx.studies.log.Form;
import io.github.dl4jx.studies.report.Page;
import io.github.dl4jx.studies.report.Summary;
import io.github.dl4jx.studies.report.Table;
import io.github.dl4jx.studies.report.Wording;
import io.github.dl4jx.studies.run.CurveRunner;
import io.github.dl4jx.studies.run.MnistNetwork;
import io.github.dl4jx.training.network.Network;
import io.github.dl4jx.training.parallel.OneBitDataParallel;
import io.github.dl4jx.training.resume.ResumableIterator;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.Sgd;

/**
 * What two workers send each other, and what they learn: exact gradients, one bit a value with and
 * without error feedback, the sum of these in one bit, too, and a first epoch with exact gradients.
 *
 * <p>{@code -Dstudy.runs=N} makes N runs of each; the default is 3. {@code -Dstudy.quick} makes one
 * of 2 epochs on 5,000 examples.
 */
public final class ParallelStudy implements Study {

  private static final int WORKERS = 2;

  /** Of a worker: both together have the batch of the other studies. */
  private static final int BATCH = MnistNetwork.BATCH / WORKERS;

  private static final double SGD_RATE = 0.1;
  private static final double ADAM_RATE = 1e-3;

  private static final List<String> EXCHANGES =
      List.of(
          "exact",
          "one bit",
          "one bit, quantized twice",
          "one bit, first epoch exact",
          "one bit, no error feedback");

  /**
   * The end of an epoch: a line of the CSV.
   *
   * @param bytes mean of a worker and iteration in the epoch
   */
  private record Epoch(
      String data,
      String exchange,
      long seed,
      int epoch,
      double accuracy,
      double nll,
      double bytes,
      double trainSeconds) {

    static final Form<Epoch> FORM =
        Form.of(
            Epoch.class,
            "data",
            "exchange",
            "seed",
            "epoch",
            "accuracy %.6f",
            "nll %.6f",
            "bytes %.1f",
            "train_seconds %.2f");
  }

  @Override
  public void run(Context context) throws IOException {
    boolean quick = context.quick();
    int epochs = quick ? 2 : 5;
    int runs = context.runs(quick ? 1 : 3);
    String data = context.label();
    DataSet train = context.train(quick ? 5_000 : 60_000);
    DataSet test = context.test();
    String settings =
        String.format(
            "784-256-10 network (ReLU, softmax), Sgd %s and Adam %s, %d workers with batches of %d,"
                + " %,d training examples, %d epochs, %s of each.",
            SGD_RATE,
            ADAM_RATE,
            WORKERS,
            BATCH,
            train.numExamples(),
            epochs,
            Wording.count(runs, "run"));
    List<String> names =
        Stream.of("Sgd: ", "Adam: ").flatMap(u -> EXCHANGES.stream().map(u::concat)).toList();
    CurveRunner<Epoch> runner =
        CurveRunner.training(context, settings, Epoch.FORM, " epochs", epochs);
    runner.run(
        names, runs, (name, seed, done) -> epochs(data, name, seed, train, test, epochs, done));
    List<Epoch> last = runner.log().complete(names, runs);
    last.removeIf(line -> line.epoch() != epochs);
    Table table = new Table(List.of("", "accuracy %", "NLL", "bytes", "fewer", "seconds an epoch"));
    for (String name : names) {
      String exact = name.substring(0, name.indexOf(' ') + 1) + EXCHANGES.get(0);
      double bytes = mean(last, name, Epoch::bytes).mean();
      table.add(
          List.of(
              name,
              mean(last, name, Epoch::accuracy).linear(0, 100).text("%.2f"),
              mean(last, name, Epoch::nll).text("%.4f"),
              String.format("%,.0f", bytes),
              String.format("%.1f", mean(last, exact, Epoch::bytes).mean() / bytes),
              mean(last, name, Epoch::trainSeconds).text("%.1f")));
    }
    String note =
        " Bytes are what a worker sends in an iteration of the last epoch, and how many times fewer"
            + " than with exact gradients.";
    System.out.println(settings + note + "\n\n" + table.text());
    Page page = new Page("One-bit gradients between workers on " + data, 78);
    page.text(settings + note).add(table.html()).write(context.folder().resolve("report.html"));
    System.out.println("Results: " + context.folder().resolve("results.csv"));
  }

  private static Summary mean(List<Epoch> lines, String exchange, ToDoubleFunction<Epoch> measure) {
    return Summary.of(
        lines.stream()
            .filter(line -> line.exchange().equals(exchange))
            .mapToDouble(measure)
            .toArray());
  }

  private static List<Epoch> epochs(
      String data, String name, long seed, DataSet train, DataSet test, int epochs, Runnable done) {
    MultiLayerNetwork net =
        MnistNetwork.network(
            seed, name.startsWith("Sgd") ? new Sgd(SGD_RATE) : new Adam(ADAM_RATE), null);
    ResumableIterator batches = new ResumableIterator(train, BATCH, seed).reusingBatches();
    OneBitDataParallel.Builder builder =
        OneBitDataParallel.of(net).workers(WORKERS).errorFeedback(!name.contains("no error"));
    if (name.endsWith(": exact")) {
      builder.exact();
    } else if (name.contains("twice")) {
      builder.quantizedTwice();
    } else if (name.contains("first epoch")) {
      builder.exactIterations((train.numExamples() - 1) / (BATCH * WORKERS) + 1);
    }
    OneBitDataParallel parallel = builder.build();
    List<Epoch> lines = new ArrayList<>();
    try {
      for (int epoch = 1; epoch <= epochs; epoch++) {
        long bytes = parallel.traffic().bytes();
        long iterations = parallel.traffic().iterations();
        long start = System.nanoTime();
        parallel.fit(batches, 1);
        double seconds = (System.nanoTime() - start) / 1e9;
        double sent = parallel.traffic().bytes() - bytes;
        ClassificationScores scores = MnistNetwork.scores(net, test);
        lines.add(
            new Epoch(
                data,
                name,
                seed,
                epoch,
                scores.accuracy(),
                scores.nll(),
                sent / ((parallel.traffic().iterations() - iterations) * WORKERS),
                seconds));
        done.run();
      }
    } finally {
      Network.of(net).release();
    }
    return lines;
  }
}
