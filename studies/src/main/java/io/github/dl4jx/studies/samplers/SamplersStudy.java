package io.github.dl4jx.studies.samplers;

import io.github.dl4jx.studies.Study;
import io.github.dl4jx.studies.log.Run;
import io.github.dl4jx.studies.report.Report;
import io.github.dl4jx.studies.report.Wording;
import io.github.dl4jx.studies.run.MnistNetwork;
import io.github.dl4jx.studies.run.StudyRunner;
import io.github.dl4jx.studies.run.Technique;
import io.github.dl4jx.studies.samplers.PosteriorTechniques.Sampler;
import io.github.dl4jx.studies.samplers.PosteriorTechniques.Setting;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.nd4j.linalg.dataset.DataSet;

/**
 * Samples of the posterior by SGLD, SGHMC and cyclical SGHMC (R. Zhang et al. 2020, arXiv
 * 1902.03932), at temperature 1 and colder, against one network and a deep ensemble.
 *
 * <p>{@code -Dstudy.runs=N} makes N runs of each; the default is 1. {@code -Dstudy.quick} takes 2
 * samples on 1,000 examples. {@code -Dstudy.choose} compares settings instead, with fewer samples:
 * on the last 10,000 training examples, which are then left out of the training, so that no test
 * digit has a part in the choice.
 */
public final class SamplersStudy implements Study {

  /** One of so many training examples is held out for the choice. */
  private static final int HELD_OUT = 6;

  /** Samples cost no training: what ten times as many are worth. */
  private static final int MANY = 10;

  // What -Dstudy.choose has shown to be best, by the NLL.
  private static final Setting WARM = new Setting(0.5, 0.2, 1);
  private static final Setting COLD = new Setting(0.5, 0.5, 0.1);

  private static Map<String, Technique> techniques(int members) {
    int epochs = members * PosteriorTechniques.MEMBER_EPOCHS;
    Map<String, Technique> techniques = new LinkedHashMap<>();
    techniques.put(
        "one network, " + PosteriorTechniques.MEMBER_EPOCHS + " epochs",
        PosteriorTechniques.one(PosteriorTechniques.MEMBER_EPOCHS));
    techniques.put("one network", PosteriorTechniques.one(epochs));
    techniques.put("one network, with the prior", PosteriorTechniques.mode(epochs, WARM));
    techniques.put("deep ensemble", PosteriorTechniques.deepEnsemble(members));
    techniques.put("deep ensemble, with the prior", PosteriorTechniques.modes(members, WARM));
    for (Sampler sampler : Sampler.values()) {
      for (Setting setting : List.of(WARM, COLD)) {
        techniques.put(
            String.format("%s, temperature %s", sampler, setting.temperature()),
            PosteriorTechniques.samples(sampler, epochs, members, setting));
      }
    }
    int many = MANY * members;
    techniques.put(
        String.format("%s, temperature %s, %d samples", Sampler.SGHMC, WARM.temperature(), many),
        PosteriorTechniques.samples(Sampler.SGHMC, epochs, many, WARM));
    return techniques;
  }

  private static Map<String, Technique> candidates(int members) {
    int epochs = members * PosteriorTechniques.MEMBER_EPOCHS;
    Map<String, Technique> techniques = new LinkedHashMap<>();
    for (double temperature : List.of(0.1, 1.0)) {
      for (double rate : List.of(0.2, 0.5)) {
        for (double prior : List.of(0.1, 0.2, 0.5)) {
          Setting setting = new Setting(rate, prior, temperature);
          techniques.put(
              setting.toString(),
              PosteriorTechniques.samples(Sampler.SGHMC, epochs, members, setting));
        }
      }
    }
    return techniques;
  }

  @Override
  public void run(Context context) throws IOException {
    boolean choose = context.choose();
    boolean quick = context.quick();
    int runs = context.runs(1);
    int members = quick ? 2 : choose ? 3 : 5;
    String label = context.label();
    DataSet train = context.train(quick ? 1_000 : 60_000);
    DataSet test = context.test(quick ? 1_000 : 10_000);
    Map<String, Technique> techniques = techniques(members);
    String scored = String.format(Locale.ROOT, "%,d test examples", test.numExamples());
    if (choose) {
      int all = train.numExamples();
      int kept = all - all / HELD_OUT;
      test = (DataSet) train.getRange(kept, all);
      train = (DataSet) train.getRange(0, kept);
      techniques = candidates(members);
      scored = String.format(Locale.ROOT, "scored on the %,d examples after them", all - kept);
    }
    String settings =
        choose
            ? String.format(Locale.ROOT, "%s of %d samples, %s.", Sampler.SGHMC, members, scored)
            : settings(train.numExamples(), scored, members, runs);
    List<Run> all = new StudyRunner(context, techniques, train, test).run(settings, runs);
    Report report =
        new Report(
            "Samples of the posterior on " + label,
            settings,
            List.copyOf(techniques.keySet()),
            all);
    report.show(context.folder());
  }

  private static String settings(int examples, String scored, int members, int runs) {
    return String.format(
        Locale.ROOT,
        "784-256-10 network (ReLU, softmax), %,d training examples, %s, batch %d, %s. All but"
            + " the first row train for %d epochs: a deep ensemble of %d networks, %d epochs each"
            + " (Adam %s, no prior); a sampler one run that leaves as many samples, in its second"
            + " half or, cyclical, at the end of every cycle of %d epochs. Settings of the samplers,"
            + " chosen on training examples: Sgld %s; Sghmc %s, friction %s; cyclical from there to 0"
            + " by half a cosine, without noise in the first %.0f %% of a cycle; Gaussian prior of the"
            + " weights of deviation %s at temperature %s and %s at %s, flat prior of the biases."
            + " Networks with the prior have the former, and momentum without noise, cyclical's"
            + " rates once.",
        examples,
        scored,
        MnistNetwork.BATCH,
        Wording.count(runs, "run"),
        members * PosteriorTechniques.MEMBER_EPOCHS,
        members,
        PosteriorTechniques.MEMBER_EPOCHS,
        PosteriorTechniques.ADAM_RATE,
        PosteriorTechniques.MEMBER_EPOCHS,
        WARM.rate(),
        WARM.rate() * PosteriorTechniques.FRICTION,
        PosteriorTechniques.FRICTION,
        100 * PosteriorTechniques.EXPLORATION,
        WARM.prior(),
        WARM.temperature(),
        COLD.prior(),
        COLD.temperature());
  }
}
