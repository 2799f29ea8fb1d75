package io.latestimage.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A single request on its own connection. It uses the same {@link RawConnection} as the load, which retries nothing.
 * The methods that change something return a new request.
 *
 * @param target where to send the request
 * @param method the method, such as {@code GET}
 * @param path the path, such as {@code /image}
 * @param headers the headers besides {@code Host}, {@code Connection} and {@code Content-Length}
 * @param patience how long to wait for each next byte of the answer
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record SingleRequest(
        Target target, String method, String path, Map<String, String> headers, byte[] body, Duration patience) {

    /** A {@code GET} request for this path. */
    public static SingleRequest get(Target target, String path) {
        return new SingleRequest(target, "GET", path, Map.of(), new byte[0], RawConnection.PATIENCE);
    }

    /** The same with another method and a body. */
    public SingleRequest sending(String newMethod, byte[] newBody) {
        return new SingleRequest(target, newMethod, path, headers, newBody, patience);
    }

    /** The same with a header. */
    public SingleRequest with(String name, String value) {
        Map<String, String> more = new LinkedHashMap<>(headers);
        more.put(name, value);
        return new SingleRequest(target, method, path, more, body, patience);
    }

    /** The same with another limit for connecting and for each next byte of the answer. */
    public SingleRequest within(Duration newPatience) {
        return new SingleRequest(target, method, path, headers, body, newPatience);
    }

    /**
     * The answer.
     *
     * @param headers the values by name, which is not case-sensitive
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    public record Reply(int status, Map<String, String> headers, byte[] body) {
        /** The value of a header, or an empty string. */
        public String header(String name) {
            return headers.getOrDefault(name, "");
        }

        public String text() {
            return new String(body, UTF_8);
        }

        /** Whether the status is 2xx. */
        public boolean succeeded() {
            return status / 100 == 2;
        }
    }

    /** The bytes of the whole request. */
    public byte[] bytes() {
        StringBuilder head = new StringBuilder(
                "%s %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n".formatted(method, path, target.host()));
        headers.forEach(
                (name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
        if (body.length > 0 || method.equals("POST") || method.equals("PUT")) {
            head.append("Content-Length: ").append(body.length).append("\r\n");
        }
        byte[] start = head.append("\r\n").toString().getBytes(UTF_8);
        byte[] request = Arrays.copyOf(start, start.length + body.length);
        System.arraycopy(body, 0, request, start.length, body.length);
        return request;
    }

    /**
     * Sends the request and reads the answer.
     *
     * @throws IOException if the client cannot connect, or if the answer is incomplete or not HTTP
     */
    public Reply send() throws IOException {
        try (RawConnection connection = new RawConnection(target, false, patience)) {
            connection.send(bytes());
            return connection.readReply(!method.equals("HEAD"));
        } catch (RuntimeException e) {
            throw new IOException("%s %s: the answer is not HTTP".formatted(method, path), e);
        }
    }
}
