package io.github.dl4jx.studies.pairs;

import java.util.List;

/**
 * A technique, and what it is compared with.
 *
 * @param technique its name
 * @param setting what is trained
 * @param measure what both sides are measured by
 * @param without the side without the technique
 * @param with the side with it, of the same seeds
 */
record Pair(String technique, String setting, Measure measure, String without, String with) {

  /** Each in the setting that it is made for. */
  static final List<Pair> HELPS =
      List.of(
          new Pair(
              "Dropout", FewExamples.SETTING, Measure.NLL, FewExamples.PLAIN, FewExamples.DROPOUT),
          new Pair(
              "Dropout",
              FewExamples.SETTING,
              Measure.ERROR,
              FewExamples.PLAIN,
              FewExamples.DROPOUT),
          new Pair(
              "Temperature scaling",
              FewExamples.SETTING,
              Measure.ECE,
              FewExamples.PLAIN,
              FewExamples.SCALED),
          new Pair(
              "Monte-Carlo dropout, letters",
              FewExamples.SETTING,
              Measure.CONFUSION,
              FewExamples.DROPOUT,
              FewExamples.MASKS),
          new Pair(
              "Gradient noise",
              HardStart.DEEP_SETTING,
              Measure.ERROR,
              HardStart.DEEP,
              HardStart.NOISE),
          new Pair(
              "Clipping", HardStart.FAST_SETTING, Measure.ERROR, HardStart.FAST, HardStart.CLIPPED),
          new Pair(
              "SkipNonFinite",
              HardStart.BROKEN_SETTING,
              Measure.ERROR,
              HardStart.BROKEN,
              HardStart.SKIPPED),
          new Pair(
              "One bit: error feedback",
              EasyNetwork.SETTING,
              Measure.ERROR,
              EasyNetwork.NO_FEEDBACK,
              EasyNetwork.ONE_BIT),
          new Pair("EMA", HighRate.SETTING, Measure.ERROR, HighRate.LAST, HighRate.EMA),
          new Pair("SWA", HighRate.SETTING, Measure.ERROR, HighRate.LAST, HighRate.SWA),
          new Pair(
              "Checkpoint averaging",
              HighRate.SETTING,
              Measure.ERROR,
              HighRate.LAST,
              HighRate.MEAN),
          new Pair(
              "Checkpoint vote", HighRate.SETTING, Measure.ERROR, HighRate.LAST, HighRate.VOTE),
          new Pair("Checkpoint vote", HighRate.SETTING, Measure.NLL, HighRate.LAST, HighRate.VOTE),
          new Pair("SWAG", HighRate.SETTING, Measure.NLL, HighRate.LAST, HighRate.SWAG),
          new Pair(
              "Cosine annealing", HighRate.SETTING, Measure.ERROR, HighRate.LAST, HighRate.COSINE),
          new Pair(
              "Bagging",
              SmallNetworks.SETTING,
              Measure.ERROR,
              SmallNetworks.ONE,
              SmallNetworks.BAGGING),
          new Pair(
              "Deep ensemble",
              SmallNetworks.SETTING,
              Measure.ERROR,
              SmallNetworks.ONE,
              SmallNetworks.DEEP_ENSEMBLE),
          new Pair(
              "AdaBoost",
              SmallNetworks.SETTING,
              Measure.ERROR,
              SmallNetworks.ONE,
              SmallNetworks.ADA_BOOST),
          new Pair(
              "AdaBoost.M2",
              SmallNetworks.SETTING,
              Measure.ERROR,
              SmallNetworks.ONE,
              SmallNetworks.ADA_BOOST_M2),
          new Pair(
              "Gradient boosting",
              SmallNetworks.SETTING,
              Measure.ERROR,
              SmallNetworks.ONE,
              SmallNetworks.GRADIENT_BOOSTING));

  /** Where nothing is wrong, or for what a technique is not made for. */
  static final List<Pair> DOES_NOT_HELP =
      List.of(
          new Pair(
              "Dropout, short training",
              EasyNetwork.SETTING,
              Measure.ERROR,
              EasyNetwork.EXACT,
              EasyNetwork.DROPOUT),
          new Pair(
              "Gradient noise, shallow network",
              EasyNetwork.SETTING,
              Measure.ERROR,
              EasyNetwork.EXACT,
              EasyNetwork.NOISE),
          new Pair(
              "Sign-SGD", EasyNetwork.SETTING, Measure.ERROR, EasyNetwork.EXACT, EasyNetwork.SIGN),
          new Pair(
              "One bit instead of exact",
              EasyNetwork.SETTING,
              Measure.ERROR,
              EasyNetwork.EXACT,
              EasyNetwork.ONE_BIT),
          new Pair(
              "AdaBoost: probabilities",
              SmallNetworks.SETTING,
              Measure.NLL,
              SmallNetworks.ONE,
              SmallNetworks.ADA_BOOST));
}
