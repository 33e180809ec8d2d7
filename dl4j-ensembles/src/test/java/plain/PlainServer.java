package plain;

import java.io.File;
import java.util.Arrays;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.util.ModelSerializer;
import org.nd4j.linalg.factory.Nd4j;

/** A server that has Deeplearning4j only: reads graphs and answers one question. */
final class PlainServer {

  private PlainServer() {}

  /**
   * Answers.
   *
   * @param args files of graphs with two inputs
   */
  public static void main(String[] args) throws Exception {
    for (String file : args) {
      ComputationGraph graph = ModelSerializer.restoreComputationGraph(new File(file));
      float[] answer =
          graph.outputSingle(Nd4j.createFromArray(new float[][] {{0.3f, -0.8f}})).toFloatVector();
      System.out.println("ANSWER " + new File(file).getName() + " " + Arrays.toString(answer));
    }
  }
}
