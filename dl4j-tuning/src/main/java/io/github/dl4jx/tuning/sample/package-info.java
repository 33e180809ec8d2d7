/**
 * What to try next. Samplers keep nothing between two suggestions: each is a function of the trials
 * so far, the trial's number and the seed, so that a search can stop and go on anywhere.
 */
@NullMarked
package io.github.dl4jx.tuning.sample;

import org.jspecify.annotations.NullMarked;
