package dev.millrace.tools.web;

import dev.millrace.agent.tool.ToolFailure;
import java.io.EOFException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.security.cert.CertificateException;
import java.util.zip.ZipException;
import javax.net.ssl.SSLException;
import org.apache.hc.core5.http.ConnectionClosedException;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.MalformedChunkCodingException;
import org.apache.hc.core5.http.MessageConstraintException;
import org.apache.hc.core5.http.NoHttpResponseException;
import org.apache.hc.core5.http.UnsupportedHttpVersionException;
import org.jspecify.annotations.Nullable;

/**
 * What the model is told of pages that could not be had. The messages of the exceptions are not
 * told: they may hold what the server sent.
 */
final class Unreachable {
  private Unreachable() {}

  static ToolFailure of(WebAddress target, @Nullable Exception cause, Watch watch) {
    if (watch.isStopped()) {
      return watch.stopped();
    }
    return new ToolFailure(target + " could not be read: " + reason(cause) + ".", cause);
  }

  private static String reason(@Nullable Exception cause) {
    return switch (cause) {
      case ByteBudget.SpentException spent -> "the server sends more than this tool takes";
      case SSLException tls -> tls(tls);
      case SocketTimeoutException timeout -> "no connection stood in time";
      case ConnectException refused -> "the server accepts no connection on this port";
      case NoRouteToHostException noRoute -> "there is no way to the server";
      case NoHttpResponseException nothing -> "the server closed the connection without an answer";
      case MalformedChunkCodingException chunks -> "the server sent broken chunks";
      case ConnectionClosedException closed -> "the server closed the connection before the end";
      case MessageConstraintException headers -> "the server sent too many or too long headers";
      case ZipException broken -> "the server sent broken gzip data";
      case EOFException cut -> "the compressed data broke off before its end";
      case UnsupportedHttpVersionException version -> "the server speaks another version of HTTP";
      case HttpException http -> "what the server sent is no HTTP";
      case null, default -> "the connection broke";
    };
  }

  private static String tls(SSLException e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof CertificateException) {
        return "its certificate is not valid for this host, or nobody known vouches for it";
      }
    }
    return "no TLS connection could be made";
  }
}
