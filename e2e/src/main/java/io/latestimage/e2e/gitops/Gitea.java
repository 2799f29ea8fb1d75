package io.latestimage.e2e.gitops;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The API of a Git server of the kind Gitea. It is asked with the JDK's client, since a Git server may want TLS; no
 * verdict depends on how it treats connections.
 */
final class Gitea {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final int FIRST_ERROR = 400;

    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(LIMIT).build();
    private final URI url;
    private final String credentials;

    /**
     * Nothing is asked yet.
     *
     * @param url without a slash at its end
     */
    Gitea(URI url, String user, String password) {
        this.url = url;
        this.credentials = basic(user, password);
    }

    URI url() {
        return url;
    }

    /** A value of the header Authorization. */
    static String basic(String user, String password) {
        return "Basic " + Base64.getEncoder().encodeToString((user + ':' + password).getBytes(UTF_8));
    }

    /**
     * Asks with other headers than its own, and takes any answer.
     *
     * @param path with its query, as it is sent
     */
    HttpResponse<byte[]> get(String path, Map<String, String> headers) throws IOException, InterruptedException {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(url + path)).timeout(LIMIT);
        headers.forEach(request::header);
        return client.send(request.build(), BodyHandlers.ofByteArray());
    }

    String version() throws IOException, InterruptedException {
        return field("version", call("GET", "/version", "", credentials));
    }

    /** Makes a private repository: to whoever may not see it, there is none. */
    void createRepository(String organisation, String name) throws IOException, InterruptedException {
        call(
                "POST",
                "/orgs/%s/repos".formatted(organisation),
                "{\"name\": \"%s\", \"private\": true}".formatted(name),
                credentials);
    }

    void deleteRepository(String organisation, String name) throws IOException, InterruptedException {
        call("DELETE", "/repos/%s/%s".formatted(organisation, name), "", credentials);
    }

    void createUser(String name, String password) throws IOException, InterruptedException {
        String body = """
                {"username": "%s", "email": "%s@example.com", "password": "%s", "must_change_password": false}
                """.formatted(name, name, password);
        call("POST", "/admin/users", body, credentials);
    }

    /** Deletes a user and all that is its. */
    void deleteUser(String name) throws IOException, InterruptedException {
        call("DELETE", "/admin/users/%s?purge=true".formatted(name), "", credentials);
    }

    /** Makes a token with which a user may read what that user may see. */
    String createToken(String user, String password) throws IOException, InterruptedException {
        String body = "{\"name\": \"e2e\", \"scopes\": [\"read:repository\", \"read:organization\"]}";
        return field("sha1", call("POST", "/users/%s/tokens".formatted(user), body, basic(user, password)));
    }

    private String call(String method, String path, String body, String authorization)
            throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url + "/api/v1" + path))
                .timeout(LIMIT)
                .header("Authorization", authorization)
                .header("Content-Type", "application/json")
                .method(method, BodyPublishers.ofString(body))
                .build();
        HttpResponse<String> response = client.send(request, BodyHandlers.ofString());
        if (response.statusCode() >= FIRST_ERROR) {
            throw new IOException("%s %s/api/v1%s: status %d: %s"
                    .formatted(method, url, path, response.statusCode(), response.body()));
        }
        return response.body();
    }

    private static String field(String name, String json) throws IOException {
        Matcher matcher = Pattern.compile("\"" + name + "\": *\"([^\"]*)\"").matcher(json);
        if (!matcher.find()) {
            throw new IOException("the Git server's answer has no field %s: %s".formatted(name, json));
        }
        return matcher.group(1);
    }
}
