/**
 * Millrace in a Spring Boot application: a client, runners with the application's tools, their
 * metrics, and runs as responses of Spring MVC.
 */
@NullMarked
package dev.millrace.spring;

import org.jspecify.annotations.NullMarked;
