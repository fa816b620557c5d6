/** Studies: one question asked of many trainings, answered side by side. */
package org.drlput.jobs.study;
