/** What packages of this library share and users must not use: it may change in any version. */
@NullMarked
package io.github.dl4jx.training.jobs.internal;

import org.jspecify.annotations.NullMarked;
