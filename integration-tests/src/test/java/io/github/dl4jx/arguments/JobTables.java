package io.github.dl4jx.arguments;

import io.github.dl4jx.training.init.RandomWalkInit;
import io.github.dl4jx.training.jobs.Execution;
import io.github.dl4jx.training.jobs.KeptResults;
import io.github.dl4jx.training.jobs.ResultFormat;
import java.nio.charset.StandardCharsets;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;

/** Good values and objects of independent jobs, and of initial weights. */
final class JobTables {

  private JobTables() {}

  static void add(Good good) {
    good.value("Execution", world -> Execution.threads(1))
        .value("ResultFormat", world -> new Text())
        .value("KeptResults#in:unit", world -> "text")
        .value("Units", world -> RandomWalkInit.Units.RELU)
        .instance("RandomWalkInit", world -> RandomWalkInit.relu())
        .value("OneDnnConvolution:builder", world -> new ConvolutionLayer.Builder(3, 3))
        .instance("KeptResults", world -> KeptResults.none());
  }

  private static final class Text implements ResultFormat<String> {
    private static final long serialVersionUID = 1;

    @Override
    public String extension() {
      return "txt";
    }

    @Override
    public byte[] write(String result) {
      return result.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public String read(byte[] bytes, String name) {
      return new String(bytes, StandardCharsets.UTF_8);
    }
  }
}
