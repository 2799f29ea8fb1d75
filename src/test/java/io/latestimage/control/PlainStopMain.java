package io.latestimage.control;

import io.latestimage.config.ServerConfig;
import io.latestimage.http.ReplicaState;
import io.latestimage.http.WebApp;
import org.eclipse.jetty.ee11.servlet.ServletContextHandler;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;

/** A negative control: stops Jetty immediately when the signal arrives, without a drain. */
public final class PlainStopMain {
    private PlainStopMain() {}

    public static void main(String[] args) throws Exception {
        ServerConfig config = ServerConfig.parse(System.getenv());
        Server server = new Server();
        ServerConnector connector = new ServerConnector(server);
        server.addConnector(connector);
        ServletContextHandler context = new ServletContextHandler("/", false, false);
        context.addEventListener(new WebApp(config, new ReplicaState()));
        server.setHandler(context);
        server.start();
        System.out.println("listens on port " + connector.getLocalPort());
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(server)));
        server.join();
    }

    private static void stop(Server server) {
        try {
            server.stop();
        } catch (Exception e) {
            System.out.println("not stopped in order: " + e);
        }
        Runtime.getRuntime().halt(0);
    }
}
