package io.github.dl4jx.studies.summary;

import io.github.dl4jx.studies.Study;
import io.github.dl4jx.studies.StudyData;
import io.github.dl4jx.studies.biasvariance.BiasVarianceReport;
import io.github.dl4jx.studies.calibration.CalibrationReport;
import io.github.dl4jx.studies.dropout.DropoutStudy;
import io.github.dl4jx.studies.log.CurveLog;
import io.github.dl4jx.studies.log.CurvePoint;
import io.github.dl4jx.studies.log.Run;
import io.github.dl4jx.studies.log.RunLog;
import io.github.dl4jx.studies.log.TextFiles;
import io.github.dl4jx.studies.montecarlo.MonteCarloStudy;
import io.github.dl4jx.studies.noise.NoiseStudy;
import io.github.dl4jx.studies.pairs.PairsReport;
import io.github.dl4jx.studies.report.CurveReport;
import io.github.dl4jx.studies.report.Page;
import io.github.dl4jx.studies.report.Report;
import io.github.dl4jx.studies.report.Summarized;
import io.github.dl4jx.training.chart.Picture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What all studies have found, on one page, and the README's tables and pictures of it.
 *
 * <p>The page has each study's latest results: those of the last run here, or else those in {@code
 * docs/results}; those on other data than MNIST have a name that says so. The tables of README.md
 * and docs/results.md are of the latter alone: between {@code <!-- results: NAME -->} and {@code
 * <!-- end -->} they are written anew. So are the pictures in {@code docs/results}, of the numbers
 * beside them.
 */
public final class SummaryStudy implements Study {

  private static final Logger log = LoggerFactory.getLogger(SummaryStudy.class);

  /** How the results of a study are read, by its name, in the order of the page. */
  private static final Map<String, Reader> READERS = new LinkedHashMap<>();

  static {
    READERS.put("pairs", (study, file) -> PairsReport.read(file));
    READERS.put("ensembles", SummaryStudy::report);
    READERS.put("samplers", SummaryStudy::report);
    READERS.put("lenet", SummaryStudy::report);
    READERS.put("lenet-members", curves("members"));
    READERS.put("updaters", SummaryStudy::report);
    READERS.put("averaging", curves("epoch"));
    READERS.put("dropout", curves("epoch"));
    READERS.put("onebit", curves("epoch"));
    READERS.put("bagging", curves("members"));
    READERS.put("boosting", curves("round"));
    READERS.put("classes", curves("members"));
    READERS.put("biasvariance", (study, file) -> BiasVarianceReport.read(file));
    READERS.put("calibration", (study, file) -> CalibrationReport.read(file));
  }

  /** Reads the results of a study. */
  private interface Reader {
    Summarized read(String study, Path file) throws IOException;
  }

  /** Of those, the ones whose picture docs/results.md does not have. */
  private static final Set<String> WITHOUT_PICTURE = Set.of("ensembles", "lenet", "updaters");

  /** Studies of another form. */
  private static final List<String> OTHERS =
      List.of("noise", "montecarlo", "montecarlo-turned", "montecarlo-foreign");

  private static final int PAGE_WIDTH = 78;
  private static final String END = "<!-- end -->";

  @Override
  public boolean hasRuns() {
    return false;
  }

  @Override
  public void run(Context context) throws IOException {
    Path folder = context.folder();
    Path project = Files.exists(Path.of("docs", "results")) ? Path.of("") : Path.of("..");
    Path kept = project.resolve("docs").resolve("results");
    Page page = new Page("All studies", PAGE_WIDTH);
    for (String study : onAllData(READERS.keySet())) {
      Path file = latest(folder, kept, study);
      if (file != null) {
        heading(page, study, file);
        read(study, file).addTo(page);
      }
    }
    Map<String, Picture> pictures = pictures(kept);
    for (String study : OTHERS) {
      if (pictures.containsKey(study)) {
        heading(page, study, kept.resolve(study.replaceAll("-.*", "") + ".csv"));
        page.charts(Objects.requireNonNull(pictures.get(study)));
      }
    }
    page.write(folder.resolve("report.html"));
    System.out.println("All studies: " + folder.resolve("report.html"));
    for (Map.Entry<String, Picture> picture : pictures.entrySet()) {
      writePicture(kept.resolve(picture.getKey() + ".svg"), picture.getValue());
    }
    for (Path text : List.of(project.resolve("README.md"), kept.resolveSibling("results.md"))) {
      writeTables(text, kept);
    }
  }

  /** The names of the results of some studies: those on MNIST, then those on other data. */
  private static List<String> onAllData(Collection<String> studies) {
    return Stream.of(StudyData.values())
        .flatMap(data -> studies.stream().map(data::results))
        .collect(Collectors.toList());
  }

  /** The pictures of the results that are kept, by their names, where there are some. */
  static Map<String, Picture> pictures(Path kept) throws IOException {
    Map<String, Picture> pictures = new LinkedHashMap<>();
    for (String study : onAllData(READERS.keySet())) {
      Path file = kept.resolve(study + ".csv");
      if (Files.exists(file) && !WITHOUT_PICTURE.contains(StudyData.study(study))) {
        read(study, file).picture().ifPresent(picture -> pictures.put(study, picture));
      }
    }
    if (Files.exists(kept.resolve("noise.csv"))) {
      pictures.put("noise", NoiseStudy.charts(kept.resolve("noise.csv")));
    }
    if (Files.exists(kept.resolve("montecarlo.csv"))) {
      pictures.putAll(MonteCarloStudy.charts(kept.resolve("montecarlo.csv")));
    }
    return pictures;
  }

  private static void writePicture(Path file, Picture picture) throws IOException {
    if (!Files.exists(file) || !Files.readString(file).equals(picture.svg())) {
      picture.writeSvg(file);
      System.out.println("Picture drawn: " + file);
    }
  }

  private static void writeTables(Path file, Path kept) throws IOException {
    String before = Files.readString(file);
    String text = before;
    for (String study : onAllData(READERS.keySet())) {
      Path csv = kept.resolve(study + ".csv");
      if (Files.exists(csv)) {
        text = withTable(text, study, read(study, csv).markdown());
      }
    }
    if (!text.equals(before)) {
      TextFiles.write(file, text);
      System.out.println("Tables written: " + file);
    }
  }

  private static void heading(Page page, String study, Path file) throws IOException {
    page.heading(study).text("From " + file + ", " + Files.getLastModifiedTime(file) + ".");
  }

  private static @Nullable Path latest(Path folder, Path kept, String study) {
    Path here = folder.resolveSibling(study).resolve("results.csv");
    Path there = kept.resolve(study + ".csv");
    @Nullable Path file = Stream.of(here, there).filter(Files::exists).findFirst().orElse(null);
    if (file == null) {
      log.info("No results of {}: neither {} nor {}", study, here, there);
    }
    return file;
  }

  private static Summarized read(String study, Path file) throws IOException {
    return Objects.requireNonNull(READERS.get(StudyData.study(study))).read(study, file);
  }

  private static Report report(String study, Path file) throws IOException {
    List<Run> runs = RunLog.read(file);
    List<String> techniques =
        runs.stream().map(Run::technique).distinct().collect(Collectors.toList());
    return new Report(study, "", techniques, runs);
  }

  /** Of curves whose steps are such units. */
  private static Reader curves(String unit) {
    return (study, file) -> {
      Map<String, Double> published = // of MNIST
          study.equals("dropout") ? DropoutStudy.published() : Map.of();
      List<CurvePoint> points = CurveLog.read(file, CurvePoint.form(unit, "curve"));
      return new CurveReport(study, "", unit, "", points, published);
    };
  }

  /** A text whose table of a study, if it has a place for one, is another. */
  static String withTable(String text, String study, String table) {
    String begin = "<!-- results: " + study + " -->";
    int from = text.indexOf(begin);
    int to = text.indexOf(END, from);
    if (from < 0) {
      return text;
    }
    if (to < 0) {
      throw new IllegalStateException("there is no " + END + " after " + begin);
    }
    return text.substring(0, from + begin.length()) + "\n\n" + table + "\n" + text.substring(to);
  }
}
