package io.latestimage.server;

import io.latestimage.http.Disconnector;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import org.eclipse.jetty.ee11.servlet.ServletContextRequest;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.EofException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Resets the connection of a revoked reader. A reset frees the part of the response that the operating system still
 * holds, which can be megabytes; a normal close would keep it until the client has read it. A blocked write fails. The
 * server does not log that failure, since the store logs the reason. See
 * {@code docs/decisions/0017-disconnect-slow-readers.md}.
 */
final class ConnectionReset implements Disconnector {
    private static final Logger LOG = LoggerFactory.getLogger(ConnectionReset.class);

    @Override
    public void disconnect(HttpServletRequest request) {
        EndPoint endPoint = ServletContextRequest.getServletContextRequest(request)
                .getConnectionMetaData()
                .getConnection()
                .getEndPoint();
        if (endPoint.getTransport() instanceof SocketChannel channel) {
            try {
                channel.setOption(StandardSocketOptions.SO_LINGER, 0);
            } catch (IOException e) {
                LOG.debug("The connection is closed, not reset", e);
            }
        }
        endPoint.close(new EofException("this version of the image is no longer kept"));
    }
}
