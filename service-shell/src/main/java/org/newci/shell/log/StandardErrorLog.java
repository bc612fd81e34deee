package org.newci.shell.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.spi.ContextAwareBase;
import java.util.List;
import org.slf4j.Logger;

/**
 * One line for each event, on standard error, so that commands can print what others read on
 * standard output. Written in Java because reading it from XML takes a tenth of a second at each
 * start. A file named by {@code -Dlogback.configurationFile} has its way instead.
 */
public final class StandardErrorLog extends ContextAwareBase implements Configurator {

  private static final String LINE =
      "%d{yyyy-MM-dd'T'HH:mm:ss.SSS'Z',UTC} %-5level [%logger{0}] %X{build}%X{request} %msg%n";

  /** They tell of their own insides. */
  private static final List<String> TALKATIVE =
      List.of(
          "org.eclipse.jetty",
          "io.javalin",
          "org.flywaydb",
          "com.zaxxer.hikari",
          "org.apache.sshd",
          "org.eclipse.jgit");

  @Override
  public ExecutionStatus configure(LoggerContext context) {
    if (System.getProperty("logback.configurationFile") != null) {
      return ExecutionStatus.INVOKE_NEXT_IF_ANY;
    }
    PatternLayoutEncoder encoder = new PatternLayoutEncoder();
    encoder.setContext(context);
    encoder.setPattern(LINE);
    encoder.start();
    ConsoleAppender<ILoggingEvent> appender = new ConsoleAppender<>();
    appender.setContext(context);
    appender.setName("STDERR");
    appender.setTarget("System.err");
    appender.setEncoder(encoder);
    appender.start();
    TALKATIVE.forEach(name -> context.getLogger(name).setLevel(Level.WARN));
    var root = context.getLogger(Logger.ROOT_LOGGER_NAME);
    root.setLevel(Level.INFO);
    root.addAppender(appender);
    return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
  }
}
