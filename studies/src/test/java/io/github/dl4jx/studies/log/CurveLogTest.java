package io.github.dl4jx.studies.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CurveLogTest {

  @TempDir Path folder;

  private static CurvePoint point(String network, long seed, int epoch) {
    return new CurvePoint(
        "MNIST", network, seed, epoch, "ema(0.995), warm-up", epoch == 2, 0.75, 0.125);
  }

  @Test
  void complete_runsInAnyOrder_writesThemByNetworkAndSeed() throws IOException {
    CurveLog<CurvePoint> log = CurveLog.open(folder, "full", CurvePoint.form("epoch", "weights"));
    log.add("b", 1, List.of(point("b", 1, 1)));
    log.add("a", 2, List.of(point("a", 2, 1), point("a", 2, 2)));
    log.add("a", 1, List.of(point("a", 1, 1)));
    log.add("b", 2, List.of(point("b", 2, 1)));
    assertThat(log.complete(List.of("a", "b"), 2))
        .containsExactly(
            point("a", 1, 1),
            point("a", 2, 1),
            point("a", 2, 2),
            point("b", 1, 1),
            point("b", 2, 1));
    assertThat(Files.readAllLines(folder.resolve("results.csv")))
        .startsWith(
            "data,network,seed,epoch,weights,refreshed,accuracy,nll",
            "MNIST,a,1,1,\"ema(0.995), warm-up\",false,0.750000,0.125000",
            "MNIST,a,2,1,\"ema(0.995), warm-up\",false,0.750000,0.125000",
            "MNIST,a,2,2,\"ema(0.995), warm-up\",true,0.750000,0.125000")
        .hasSize(6);
    KeptRuns.clear(folder);
    assertThat(folder.toFile().list()).containsExactly("results.csv");
  }

  @Test
  void open_killedBetweenResultsAndReport_findsEveryRun() throws IOException {
    CurveLog<CurvePoint> log = CurveLog.open(folder, "full", CurvePoint.form("epoch", "weights"));
    log.add("a", 1, List.of(point("a", 1, 1)));
    log.complete(List.of("a"), 1);
    CurveLog<CurvePoint> again = CurveLog.open(folder, "full", CurvePoint.form("epoch", "weights"));
    assertThat(again.contains("a", 1)).isTrue();
    assertThat(again.complete(List.of("a"), 1)).containsExactly(point("a", 1, 1));
  }

  @Test
  void contains_killedWhileARunWasWritten_doesNotCountIt() throws IOException {
    CurveLog<CurvePoint> log = CurveLog.open(folder, "full", CurvePoint.form("epoch", "weights"));
    log.add("a", 1, List.of(point("a", 1, 1)));
    String[] kept = folder.toFile().list();
    assertThat(kept).hasSize(1);
    // what AtomicFiles leaves behind
    Files.writeString(folder.resolve(kept[0]).resolve(".a-2.csv.0.tmp"), "data,network\nMN");
    CurveLog<CurvePoint> again = CurveLog.open(folder, "full", CurvePoint.form("epoch", "weights"));
    assertThat(again.contains("a", 2)).isFalse();
    assertThat(again.complete(List.of("a"), 1)).containsExactly(point("a", 1, 1));
  }

  @Test
  void takeOver_runsOfAnEarlierStudy_areThoseThatAreWanted() throws IOException {
    CurveLog<CurvePoint> log = CurveLog.open(folder, "full", CurvePoint.form("epoch", "weights"));
    Path earlier = folder.resolve("earlier.csv");
    Files.writeString(
        earlier,
        """
        # commit 0123456789ab
        data,network,seed,epoch,weights,refreshed,accuracy,nll
        MNIST,a,1,1,"ema(0.995), warm-up",false,0.750000,0.125000
        MNIST,b,1,1,"ema(0.995), warm-up",false,0.750000,0.125000
        MNIST,a,2,1,"ema(0.995), warm-up",false,0.750000,0.125000
        MNIST,a,2,2,"ema(0.995), warm-up",true,0.750000,0.125000
        """);
    log.takeOver(earlier, p -> "net " + p.network(), CurvePoint::seed, run -> run.size() == 2);
    assertThat(log.contains("net a", 1)).isFalse();
    assertThat(log.contains("net b", 1)).isFalse();
    log.add("net a", 1, List.of(point("a", 1, 1)));
    assertThat(log.complete(List.of("net a"), 2))
        .containsExactly(point("a", 1, 1), point("a", 2, 1), point("a", 2, 2));
  }

  @Test
  void open_afterACrash_findsTheFinishedRunsOfTheSameSettings() throws IOException {
    CurveLog.open(folder, "full", CurvePoint.form("epoch", "weights"))
        .add("a", 1, List.of(point("a", 1, 1)));
    CurveLog<CurvePoint> again = CurveLog.open(folder, "full", CurvePoint.form("epoch", "weights"));
    assertThat(again.contains("a", 1)).isTrue();
    assertThat(again.contains("a", 2)).isFalse();
    assertThat(CurveLog.open(folder, "quick", CurvePoint.form("epoch", "weights")).contains("a", 1))
        .isFalse();
    assertThat(again.complete(List.of("a"), 1)).containsExactly(point("a", 1, 1));
  }
}
