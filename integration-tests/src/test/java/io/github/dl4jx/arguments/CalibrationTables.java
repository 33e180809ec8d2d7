package io.github.dl4jx.arguments;

import io.github.dl4jx.ensembles.uncertainty.ConformalIntervals;
import io.github.dl4jx.ensembles.uncertainty.ConformalSets;
import io.github.dl4jx.ensembles.uncertainty.GaussianNll;
import io.github.dl4jx.ensembles.uncertainty.IsotonicCalibration;
import io.github.dl4jx.ensembles.uncertainty.PredictionIntervals;
import io.github.dl4jx.ensembles.uncertainty.VectorScaling;
import java.util.List;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Good values and objects of calibration, conformal prediction and predicted variances. */
final class CalibrationTables {

  private CalibrationTables() {}

  static void add(Good good) {
    classification(good);
    regression(good);
  }

  private static void classification(Good good) {
    good.instance("VectorScaling", world -> VectorScaling.of(new double[] {1, 2, 1}, new double[3]))
        .value("VectorScaling#parse:text", world -> "vector(1.5,0.9;0.1,-0.1)")
        .value("VectorScaling#fit(Ensemble, DataSetIterator):ensemble", EnsembleTables::trained)
        .value(
            "VectorScaling#fit(Ensemble, DataSetIterator):data", world -> EnsembleTables.oneWrong())
        .instance(
            "IsotonicCalibration",
            world -> IsotonicCalibration.fit(World.labels(), World.probabilities()))
        .value("IsotonicCalibration#parse:text", world -> "isotonic(0.1;0.2;0.1;0.3)")
        .instance("ConformalSets.Builder", world -> ConformalSets.coverage(0.5))
        .instance("ConformalSets", world -> sets())
        .instance("PredictionSets", world -> sets().predict(World.probabilities()))
        .value("ConformalSets#parse:text", world -> "conformal(plain,10,0.9,0.95,0.0,0,0)");
  }

  private static ConformalSets sets() {
    return ConformalSets.coverage(0.5).fit(World.labels(), World.probabilities());
  }

  private static void regression(Good good) {
    good.instance("ConformalIntervals.Fitter", world -> ConformalIntervals.coverage(0.5))
        .instance("ConformalIntervals", world -> ConformalIntervals.parse("residuals(0.5;1,1,1)"))
        .instance(
            "ConformalIntervals#predict(INDArray, INDArray)",
            world -> ConformalIntervals.parse("normalized(0.5;1,1,1)"))
        .value("ConformalIntervals#parse:text", world -> "residuals(0.5;1)")
        .value("INDArray:predictions", world -> World.probabilities())
        .value("INDArray:means", world -> World.probabilities())
        .value("INDArray:deviations", world -> World.probabilities())
        .value("INDArray:lower", world -> World.probabilities().sub(1))
        .value("INDArray:upper", world -> World.probabilities())
        .instance(
            "PredictionIntervals",
            world ->
                PredictionIntervals.of(0.5, World.probabilities().sub(1), World.probabilities()))
        .value("List:samples", world -> List.of(World.probabilities(), World.labels()))
        .instance("GaussianNll", world -> new GaussianNll())
        .value("GaussianNll", world -> new GaussianNll())
        .value("GaussianNll:preOutput", world -> meansAndVariances())
        .value("IActivation", world -> new ActivationIdentity())
        .value(
            "GaussianMixture:outputs", world -> List.of(meansAndVariances(), meansAndVariances()));
  }

  private static INDArray meansAndVariances() {
    return Nd4j.ones(DataType.FLOAT, World.EXAMPLES, 2 * World.CLASSES);
  }
}
