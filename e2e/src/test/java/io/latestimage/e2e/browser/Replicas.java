package io.latestimage.e2e.browser;

import static org.assertj.core.api.Assertions.assertThat;

import io.latestimage.e2e.SingleRequest;
import io.latestimage.e2e.SingleRequest.Reply;
import io.latestimage.e2e.system.Program;
import io.latestimage.e2e.system.ServiceProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Two replicas of the service on one volume. A page is open at the first, and other clients mostly use the second. */
final class Replicas implements AutoCloseable {
    private static final List<String> SMALL = List.of("-XX:+UseSerialGC", "-Xmx128m");
    private static final Pattern DETAIL = Pattern.compile("\"detail\":\"([^\"]+)\"");

    private final Map<String, String> environment;
    private final ServiceProcess second;
    private ServiceProcess first;

    private Replicas(Map<String, String> environment) throws IOException {
        this.environment = environment;
        first = start(0);
        try {
            second = start(0);
        } catch (IOException e) {
            first.close();
            throw e;
        }
    }

    /**
     * Starts both replicas, and waits until they listen.
     *
     * @param folder an empty folder, in which the volume will be
     * @param setting pairs of key and value
     */
    static Replicas on(Path folder, String... setting) throws IOException {
        Map<String, String> environment = new HashMap<>();
        environment.put("IMAGE_DIR", folder.resolve("data").toString());
        environment.put("DRAIN_TIME", "1s");
        for (int i = 0; i < setting.length; i += 2) {
            environment.put(setting[i], setting[i + 1]);
        }
        return new Replicas(environment);
    }

    ServiceProcess first() {
        return first;
    }

    ServiceProcess second() {
        return second;
    }

    /** Starts the first replica again, after it has ended, on the port that it had. */
    void restartFirst() throws IOException {
        first = start(first.port());
    }

    /** Starts another first replica beside the one before, which then is nobody's: the caller ends it. */
    void replaceFirst() throws IOException {
        first = start(0);
    }

    private ServiceProcess start(int port) throws IOException {
        Map<String, String> own = new HashMap<>(environment);
        own.put("APP_PORT", String.valueOf(port));
        return ServiceProcess.start(Program.SERVICE, SMALL, own);
    }

    /** The address of the page of a replica. */
    static String page(ServiceProcess replica) {
        return "http://127.0.0.1:%d/".formatted(replica.port());
    }

    /** Uploads a photo, and expects that it is accepted. */
    static void upload(ServiceProcess replica, Photo photo) throws IOException {
        Reply reply = put(replica, photo.bytes()).send();
        assertThat(reply.succeeded()).as("%d %s", reply.status(), reply.text()).isTrue();
    }

    /** A request that uploads these bytes. */
    static SingleRequest put(ServiceProcess replica, byte[] bytes) {
        return SingleRequest.get(replica.target(), "/image").sending("PUT", bytes);
    }

    /** Deletes the image, and expects that there was one. */
    static void delete(ServiceProcess replica) throws IOException {
        Reply reply = SingleRequest.get(replica.target(), "/image")
                .sending("DELETE", new byte[0])
                .send();
        assertThat(reply.status()).as(reply::text).isEqualTo(204);
    }

    /** Asserts that a replica returns this photo. */
    static void assertHas(ServiceProcess replica, Photo photo) throws IOException {
        Reply reply = SingleRequest.get(replica.target(), "/image").send();
        assertThat(reply.status()).as(reply::text).isEqualTo(200);
        assertThat(reply.body()).isEqualTo(photo.bytes());
    }

    /** What a problem of RFC 9457 tells the client in words. */
    static String detail(Reply reply) {
        Matcher detail = DETAIL.matcher(reply.text());
        assertThat(detail.find()).as(reply::text).isTrue();
        return detail.group(1);
    }

    @Override
    public void close() {
        first.close();
        second.close();
    }
}
