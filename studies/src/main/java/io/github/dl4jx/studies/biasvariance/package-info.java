/** Bias and variance of ensembles: what bagging and boosting lower, over many training samples. */
@NullMarked
package io.github.dl4jx.studies.biasvariance;

import org.jspecify.annotations.NullMarked;
