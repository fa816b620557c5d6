/** Clients of the parameter server: for workers and the job ({@code ParameterClient}), for consumers ({@code VersionClient}). */
@NullMarked
package org.drlput.common.client;

import org.jspecify.annotations.NullMarked;
