package io.github.dl4jx.arguments;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What is not called, and what may be accepted: each by name, with a reason. The names are patterns
 * over {@code Class#method(Types) parameter=value}.
 */
final class Exemptions {

  private static final Map<Pattern, String> NOT_CALLED = new LinkedHashMap<>();
  private static final Map<Pattern, String> ACCEPTED = new LinkedHashMap<>();
  private static final Set<Pattern> USED = new HashSet<>();

  static {
    notCalled(".*#equals\\(Object\\) .*", "equals must take anything");
    notCalled(".*#valueOf\\(String\\) .*", "made by the compiler for every enum");
    notCalled(
        ".*#instantiate\\(.*", "Deeplearning4j makes what runs, with views of its own arrays");
    notCalled("MaxNorm#applyConstraint\\(.*", "Deeplearning4j calls it, with a layer of its own");
    notCalled("RandomWalkInit#init\\(.*", "Deeplearning4j calls it, with a view of its own array");
    notCalled(
        "OneBitGradientsAccumulator#(applyUpdate|receiveUpdate|registerConsumers|setExternalSource"
            + "|storeUpdate|markExternalUpdates|fallbackToSingleConsumerMode)\\(.*",
        "ParallelWrapper calls it, from its own threads");
    notCalled(
        "OneBitQuantizer#(floats|doubles)\\(.*", "Elementwise calls it with chunks of its own");
    notCalled(
        "(Weight.*|Reproducible.*|PosteriorSamples|Swag|ResumableCheckpoints)"
            + "#(iterationDone|onEpochStart|onEpochEnd|onGradientCalculation)\\(.*",
        "Deeplearning4j calls listeners, with its own network and counters, or a layer that is"
            + " pretrained, which is left alone");
    notCalled(
        ".*#fit\\(.*\\) epochs=2147483647", "so much work was asked for that it takes for ever");
    notCalled(
        "(GreedySelection#fit|Swag#ensemble)\\(.*\\) (rounds|members)=2147483647",
        "so much work was asked for that it takes for ever");
    notCalled(
        "ParallelWorker#train\\(.* data=(more columns|other labels)",
        "its data is looked at where it is trained; a worker that has failed does not go on");
    notCalled(
        "Search#of(Graph)?\\(.*", "its builder needs a score and a schedule; SearchTest calls it");
    notCalled(
        "(Search#run|SearchResult#confirm)\\(.* (trials|seeds)=2147483647",
        "so much work was asked for that it takes for ever");

    notCalled("Chart#titled\\(.*", "a chart without a series is refused: ChartArgumentsTest");

    accepted(".* (seed|stream|part)=-.*", "any number is a seed");
    accepted(
        "(Elementwise|Reductions|KeyedRandom)#.* (x|arrays)=\\[?(empty|scalar|rank \\d|more .*)\\]?",
        "arrays of any shape are filled, summed and scaled");
    accepted(
        "(Elementwise|Reductions|KeyedRandom|MovingAverage|HeapAverage|Rectifier)#.*=\\[?all NaN\\]?",
        "numbers are not looked at in loops at the speed of memory; isFinite is one of them");
    accepted("HeapAverage#.* first=(scalar|rank \\d|more .*)", "arrays of any shape are averaged");
    accepted("Rectifier#takes\\(.*", "the answer is no");
    accepted("Elementwise#scale.* factor=.*", "any factor, says the Javadoc");
    accepted(
        "MaxNorm#apply\\(.* param=(empty|scalar|rank \\d|more .*|all NaN)",
        "weights of any shape are bounded, as those of Deeplearning4j's constraints");
    accepted(".*#(applyDropout|backprop)\\(.*=all NaN", "what a layer hands on is not looked at");
    accepted(".*#applyDropout\\(.* workspaceMgr=null", "it is not used");
    accepted(".*#getOutputType\\(.* layerIndex=-.*", "it is for messages only");
    accepted(".*#getPreProcessorForInputType\\(.*=null", "the answer is always: none");
    accepted(
        "ConcreteDropout#getUpdaterByParam\\(.*", "the layer within answers for any parameter");
    accepted(".*#getLearningRate\\(.*=-.*", "the updater within answers; schedules of ours refuse");
    accepted("AveragedModelSaver#.* score=.*", "it is the other saver's affair");
    accepted("(BatchNormStatistics|Swag)#.* data=(without|other) labels", "labels are not needed");
    accepted("WeightAveragingListener#saveAveraged\\(File\\) file=a text", "it is replaced");
    accepted(
        ".*#combine\\(.*=\\[array, all NaN\\]|CombinationRule#check\\(.*all NaN\\]"
            + "|(UncertainPrediction#ofMembers|GaussianMixture#of)\\(.*all NaN\\]",
        "what members answer is not looked at; scores refuse it");
    accepted(
        "(GreedySelection|LeastSquaresWeights|LikelihoodWeights|ClassificationScores"
            + "|EnsembleCurve|ReliabilityDiagram|RiskCoverage|TemperatureScaling|VectorScaling"
            + "|IsotonicCalibration|ConformalSets.Builder|PredictionSets|OutputRows)#.*"
            + " (labels|mask|output)=(INT|BOOL)",
        "labels and masks may be of any type");
    accepted(
        "(LeastSquaresWeights#fit|OutputRows#of)\\(.* (labels|output)=(BOOL|more columns|all NaN)",
        "regression takes any numbers and any columns");
    accepted(
        "(ConformalIntervals|PredictionIntervals|Crps|GaussianNll).*"
            + " (labels|predictions|means|lower|upper|mask|samples)=(\\[array, )?(INT|BOOL)\\]?",
        "labels and masks may be of any type, and whole numbers are numbers");
    accepted(
        "ConformalIntervals#predict\\(INDArray\\) .*=(more rows|rank 3)", "any number of rows");
    accepted(
        "GaussianNll#.* (labels|preOutput|mask)=all NaN", "what a layer hands on is not looked at");
    accepted("Crps#gaussian\\(double.* (label|mean)=-1.0", "numbers may be below 0");
    accepted("OutputRows#write\\(.* output=(all NaN|rank 3)", "it is overwritten, and fits");
    accepted("OutputRows#(argMax|softmax)\\(.*=\\[(NaN|Infinity|-1.0)\\]", "any numbers are taken");
    accepted("AdditiveScores#.*=\\[-1.0\\]", "scores may fall");
    accepted(
        "HardVote#checkMembers\\(.*|(Soft|Median|Mean|Geometric).*#checkMembers\\(.*",
        "a rule without weights is for any number");
    accepted("FeatureSubset#feedForwardMaskArray\\(.*", "it is handed on as it is");
    accepted("FeatureSubset#(preProcess|backprop)\\(.*=(more rows|all NaN)", "any number of rows");
    accepted("FeatureSubset#(preProcess|backprop)\\(.* examples=-.*", "it is not used");
    accepted("FeatureSubset#new\\(.* kept=\\[0\\]", "one feature is some");
    accepted("FeatureSubset#preProcess\\(.* input=INT", "whole numbers are numbers");
    accepted("JoinedGraph#.* name=(no such thing|10,000 x)", "any name is one");
    accepted("JoinedGraph#new\\(.* input=(no such thing|10,000 x)", "any name is one");
    accepted("WideAndDeep.Builder#hidden\\(.*=\\[2147483647\\]", "a configuration only");
    accepted(
        "MonteCarloDropout#predict\\(.* features=\\[?(more rows|INT|BOOL|all NaN)\\]?",
        "what the network takes; answers of NaN are NaN");
    accepted(
        "MonteCarloDropout#predict\\(.* featuresMasks?=\\[?(INT|BOOL|all NaN)\\]?",
        "masks of any type; answers of NaN are NaN");
    accepted("Bagging#outOfBag\\(.* data=NaN", "predictions are then NaN; scores refuse them");
    accepted(
        ".*#(earlyStopping|stopAfter)\\(.* validation=(more columns|other labels|NaN)",
        "what networks take is not known before fit, which refuses it");
    accepted(".*#memberListeners\\(.*=of null", "it is asked by fit, which refuses null");
    accepted(".*#resumeIn\\(.*=(missing|a folder)", "the folder is made, or is there");
    accepted(
        "(ResumableCheckpoints|Training)#.* folder=(missing|a folder)",
        "the folder is made, or is there");
    accepted(
        "ParallelWorker#train\\(.* data=NaN", "training is to notice it, at the end of an epoch");
    accepted("OneBitDataParallel.Builder#gradientListeners\\(.* listeners=\\[\\]", "none");
    accepted("ListenerState#new\\(.* kind=(no such thing|10,000 x)", "any name is one");
    accepted(
        "ListenerState#new\\(.* (values=\\{\\}|arrays=\\[(array, (?!null|INT|BOOL).*)?\\])",
        "a state may have any number of values and arrays");
    accepted("NetworkCalls#checkInputs\\(.*=\\[.+", "it counts them");
    accepted("Network#is\\(.*", "that is the question");
    accepted("Network#of\\(.*=(graph )?without init\\(\\)", "its configuration can be asked for");
    accepted("Network#initialized\\(.* name=(?!null).*", "it is for messages only");
    accepted("Network#setListeners\\(.* listeners=\\[\\]", "none");
    accepted("Network#view\\(.* parameters=all NaN", "they are taken as they are");
    accepted("(ResumableIterator#new|TrainingData#rows)\\(.* rows=\\[0\\]", "one row is some");
    accepted(
        "(Ensemble|NetworkCalls)#(memberO|o)utputs?\\(.*=\\[?(more rows|INT|BOOL|all NaN)\\]?",
        "what the network takes; answers of NaN are NaN");
    accepted(
        "(Ensemble|NetworkCalls|MonteCarloDropout)#.* featuresMasks?=\\[?null\\]?",
        "a mask may be missing");
    accepted("Ensemble#predict\\(.* features=(more rows|INT|BOOL)", "what the network takes");
    accepted("Ensemble#stages\\(.* features=(more rows|INT|BOOL|all NaN)", "as output does");
    accepted("EnsembleCurve#of\\(.* features=(INT|BOOL)", "as output does");
    accepted("Ensemble#evaluateRegression\\(.* data=NaN", "scores of NaN are NaN");
    accepted("Checkpoints#in\\(.*=(missing|a text|a folder)", "it is read when it is used");
    accepted(
        "CheckpointAveraging#greedySoup\\(.* training=(without|other) labels",
        "labels are not needed");
    accepted("(EnsembleSerializer#save|ModelFiles#write)\\(.* file=a text", "it is replaced");
    accepted("(EnsembleSerializer|LoadPolicy)#allowing\\(.* classes=\\[\\]", "none");
    accepted("KeptResults#in\\(.* folder=(missing|a folder)", "the folder is made, or is there");
    accepted("KeptResults#in\\(.* description=(?!null).*", "any text describes a job");
    accepted("FolderLock#acquire\\(.*=a folder", "it is there");
    accepted("ManifestText#parse\\(.* name=(?!null).*", "it is for messages only");
    accepted("ManifestText#parse\\(.* text=(?!null).*", "any line is a property");
    accepted("MemoryBudget#take\\(.* what=(?!null).*", "it is for messages only");
    accepted("SavedConfiguration#checkLength\\(.* json=(?!null).*", "it is short");
    accepted("DataDigest#of\\(.* data=without .*", "each array may be null, says the Javadoc");
    accepted("AtomicFiles#deleteLeftovers\\(.* (prefix=(?!null).*|folder=a folder)", "none there");
    accepted(
        "NetworkCalls#fit\\(.* data=NaN", "one epoch of a training, which looks at the parameters");
    accepted(
        "(Training|OneBitDataParallel)#fit\\(.* data=NaN",
        "the parameters tell at the end of an epoch, says the Javadoc; older checkpoints are kept");
    accepted(
        "ArrayFormat#write\\(.* array=(scalar|rank \\d|more .*|INT|BOOL|all NaN)",
        "arrays of any shape and type are written as they are");
    accepted(
        "ArrayFormat.Description#of\\(.* array=(scalar|rank \\d|more .*|all NaN)",
        "arrays of any shape are described");
    accepted("SavedConfiguration#network\\(.* parameters=all NaN", "they are taken as they are");
    accepted(
        "ArrayFormat#numbers\\(.* target=(all NaN|rank 5)", "it is overwritten, and has as many");
    accepted("ModelFiles#read\\(byte.* name=(?!null).*", "it is for messages only");
    accepted(
        "TrainingData#of\\(DataSetIterator\\) data=(more columns|other labels|NaN)",
        "what networks take is not known before fit, which refuses it");
    accepted("TrainingData#streaming\\(.*=of null", "it is asked by fit, which refuses null");
    accepted(
        "(Cosine|Triangular).* (initial|high)=(-1.0|0.0)",
        "the message shows the other value, minimum or low, which must not be above it");
    accepted("(Cosine|Triangular).* (minimum|low)=-1.0", "a value may be negative");
    accepted("SearchSpace#.* name=no such thing", "any name is one");
    accepted("SearchSpace#(uniform|quantized|integer)\\(.* low=-.*", "the numbers may be below 0");
    accepted("(Trial|AskTell)#.* why=(?!null).*", "any text is a cause");
    accepted(
        "(Trial|AskTell)#.* score=.*", "any score is kept, and may make the trial a failed one");
    accepted(
        "(LearningCurves#of|LearningCurves#run)\\(.*=(no such thing|10,000 x)",
        "any label is taken");
    accepted(
        "(ChartBuilder|ChartGrid|Axis)#.*"
            + " (title|name|label|description|from|to)=no such thing",
        "any text is one");
    accepted("Axis#range\\(.* min=-1.0", "a range may begin below 0");
    accepted("SearchReport.Builder#(title|scoreName)\\(.*=no such thing", "any text is one");
    accepted("SearchReport.Builder#confirmed\\(.*=\\[(NaN|Infinity|-1.0)\\]", "any score is one");
    accepted("(SearchCsv|SearchReport|SearchResult)#write.* file=a text", "it is replaced");
    accepted("History#new\\(.* trials=\\[\\]", "none so far");
    accepted(
        "Search#run\\(DataSetIterator, int\\) data=(more columns|other labels|NaN)",
        "a trial that fails is kept, with its cause");
    accepted("Outcome#scored\\(.* score=.*", "any score is kept, and may make the trial fail");
    accepted("Outcome#failed\\(.* cause=(?!null).*", "any text is a cause");
    accepted("Event#start\\(.* point=(?!null).*", "the space reads it, and refuses it");
    accepted("Journal#in\\(.*=a folder", "it is there");
    accepted("SearchFile#check\\(.* folder=(missing|a folder)", "it is made, or is there");
    accepted("TrialFolder#new\\(.* search=(missing|a text|a folder)", "it is used later");
    accepted("TrialFolder#.* (place|json)=(?!null).*", "any text is compared with the next");
  }

  private Exemptions() {}

  private static void notCalled(String names, String reason) {
    NOT_CALLED.put(Pattern.compile(names), reason);
  }

  private static void accepted(String names, String reason) {
    ACCEPTED.put(Pattern.compile(names), reason);
  }

  static boolean isCalled(String call) {
    return !isFor(call, NOT_CALLED);
  }

  static boolean mayBeAccepted(String call) {
    return isFor(call, ACCEPTED);
  }

  private static boolean isFor(String call, Map<Pattern, String> exemptions) {
    Optional<Pattern> first =
        exemptions.keySet().stream().filter(names -> names.matcher(call).matches()).findFirst();
    first.ifPresent(USED::add);
    return first.isPresent();
  }

  /** Those that no call needed so far. */
  static List<Pattern> unused() {
    return Stream.of(NOT_CALLED, ACCEPTED)
        .flatMap(exemptions -> exemptions.keySet().stream())
        .filter(names -> !USED.contains(names))
        .collect(Collectors.toList());
  }
}
