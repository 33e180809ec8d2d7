package io.github.dl4jx.studies.likelihood;

import io.github.dl4jx.studies.Study;
import io.github.dl4jx.studies.log.CurveLog;
import io.github.dl4jx.studies.report.Wording;
import io.github.dl4jx.studies.run.CurveRunner;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/**
 * Noise as inference: {@code Sgld} by temperature and {@code Sghmc} by friction on the rugged
 * likelihoods of {@link Landscape}, beside {@code p(x)^(1/T)}.
 *
 * <p>{@code -Dstudy.runs=N} makes N runs of each setting; the default is 3. {@code -Dstudy.quick}
 * makes one, of 1,000 steps.
 */
public final class LikelihoodStudy implements Study {

  @Override
  public void run(Context context) throws IOException {
    boolean quick = context.quick();
    int runs = context.runs(quick ? 1 : 3);
    List<Integer> after = quick ? List.of(100, 1_000) : List.of(100, 1_000, 10_000, 50_000);
    List<Integer> shown = quick ? after : List.of(1_000, 50_000);
    Map<String, Setting> all = new LinkedHashMap<>();
    Setting.all().forEach(setting -> all.put(setting.label(), setting));
    List<String> labels = List.copyOf(all.keySet());
    String settings =
        String.format(
            Locale.ROOT,
            "%d chains from -4, %s of each setting. Distance: total variation between the"
                + " histogram of all places since the start and p(x)^(1/T), in bins of %s (1-D) and %s"
                + " squared (2-D). Detail: how much of the fine waves is in the samples; 1 is right.",
            Chains.CHAINS,
            Wording.count(runs, "run"),
            Landscape.ONE.width,
            Landscape.TWO.width);
    CurveLog<Measured> log =
        CurveLog.open(context.folder(), settings + " Steps: " + after, Measured.FORM);
    new CurveRunner<>(context, log, "Sampling", " runs", 1)
        .run(
            labels,
            runs,
            (label, seed, runDone) -> {
              Setting setting = Objects.requireNonNull(all.get(label));
              List<Measured> found =
                  new Chains(setting, seed).run(after, seed == 1 ? shown : List.of());
              runDone.run();
              return found;
            });
    new LikelihoodReport(settings, log.complete(labels, runs)).show(context.folder());
  }
}
