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
 * A client of the API of a Gitea server. It uses the JDK's HTTP client, because the server may require TLS. No verdict
 * depends on how that client handles connections.
 */
final class Gitea {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final int FIRST_ERROR = 400;

    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(LIMIT).build();
    private final URI url;
    private final String credentials;

    /**
     * Creates a client. It does not connect yet.
     *
     * @param url the address of the server, without a slash at its end
     * @param user a user who may create repositories and users
     * @param password the password of that user
     */
    Gitea(URI url, String user, String password) {
        this.url = url;
        this.credentials = basic(user, password);
    }

    URI url() {
        return url;
    }

    /** The value of the header Authorization for a user (Basic authentication). */
    static String basic(String user, String password) {
        return "Basic " + Base64.getEncoder().encodeToString((user + ':' + password).getBytes(UTF_8));
    }

    /**
     * Sends a {@code GET} request with these headers and no others. Returns the answer, whatever its status is.
     *
     * @param path the path with its query, percent-encoded
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

    /** Creates a private repository. For a user who may not see it, it does not exist. */
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

    /** Deletes a user and everything that the user owns. */
    void deleteUser(String name) throws IOException, InterruptedException {
        call("DELETE", "/admin/users/%s?purge=true".formatted(name), "", credentials);
    }

    /** Creates a token that may read all repositories and organisations that the user may see. */
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
