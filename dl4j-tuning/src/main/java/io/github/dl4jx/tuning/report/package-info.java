/**
 * What a search has found, for people and other programs: the importance of the parameters, a table
 * of all trials, and a page that needs nothing else.
 */
@NullMarked
package io.github.dl4jx.tuning.report;

import org.jspecify.annotations.NullMarked;
