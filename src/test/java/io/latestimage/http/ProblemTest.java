package io.latestimage.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.latestimage.testing.FlatJson;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ProblemTest {
    /** Pins everything that a client gets. A new problem does not compile until it is in {@link #expected}. */
    @ParameterizedTest
    @EnumSource
    void tellsTheClientExactlyThis(Problem problem) {
        Map<String, Object> json = FlatJson.parse(problem.json(42));
        assertThat(json).containsOnlyKeys("title", "status", "detail").containsEntry("status", (long) problem.status());
        String retry = problem.retryAfter().isEmpty()
                ? ""
                : ", retry after %d s".formatted(problem.retryAfter().getAsInt());
        String detail = String.valueOf(json.get("detail")).replace("\\\"", "\"");
        assertThat("%s %s%s: %s".formatted(json.get("status"), json.get("title"), retry, detail))
                .isEqualTo(expected(problem));
    }

    private static String expected(Problem problem) {
        return switch (problem) {
            case MALFORMED_FORM ->
                "400 Bad Request: "
                        + "The body is not well-formed multipart/form-data, or it was cut short. Send the whole form again.";
            case MISSING_IMAGE ->
                "400 Bad Request: "
                        + "The form has no file named \"image\". Send one, as curl -F 'image=@photo.png' does.";
            case MISSING_FILE_NAME ->
                "400 Bad Request: "
                        + "The field \"image\" has no file name. Send a file, as curl -F 'image=@photo.png' does.";
            case SEVERAL_IMAGES -> "400 Bad Request: The form has several files named \"image\". Send exactly one.";
            case MALFORMED_BODY ->
                "400 Bad Request: "
                        + "The body was cut short, or its chunks are malformed. Send the whole image again.";
            case PARTIAL_UPLOAD ->
                "400 Bad Request: "
                        + "A part of an image cannot be uploaded. Send the whole image, without the header Content-Range.";
            case EMPTY_IMAGE -> "400 Bad Request: The file is empty. Send an image.";
            case TOO_MANY_PARTS -> "400 Bad Request: The form has more than 42 parts. Send the image alone.";
            case MALFORMED_CONDITION ->
                "400 Bad Request: "
                        + "The header 42 is malformed. Send entity tags in double quotes, separated by commas, or a single *.";
            case UNSUPPORTED_DATE_CONDITION ->
                "400 Bad Request: "
                        + "Uploads do not support If-Unmodified-Since, because a date does not identify one image. Send If-Match with the ETag of the image that you expect.";
            case UNAUTHORIZED ->
                "401 Unauthorized: "
                        + "The token is missing or wrong. Send the right one in the header Authorization: Bearer TOKEN, or as the password of Basic.";
            case FORBIDDEN ->
                "403 Forbidden: "
                        + "A browser sent this request from a page of another site. Send it from a page of this site, or ask the operator to list that site in CORS_ORIGINS.";
            case NO_IMAGE_YET ->
                "404 Not Found: There is no image yet. Upload one to /upload, as curl -F 'image=@photo.png' does.";
            case NOT_FOUND ->
                "404 Not Found: "
                        + "This address does not exist. GET /image returns the image, POST /upload replaces it.";
            case METHOD_NOT_ALLOWED ->
                "405 Method Not Allowed: "
                        + "This address does not support the method. Use a method that the header Allow lists.";
            case REQUEST_TIMEOUT ->
                "408 Request Timeout: "
                        + "The upload took too long or was too slow. Send it again over a faster connection.";
            case PRECONDITION_FAILED ->
                "412 Precondition Failed: "
                        + "The current image is not the one that the request expects. Get the current image and decide again.";
            case CONTENT_TOO_LARGE ->
                "413 Content Too Large: The image is larger than the limit of 42 bytes. Send a smaller image.";
            case UNSUPPORTED_MEDIA_TYPE ->
                "415 Unsupported Media Type: "
                        + "The body is not multipart/form-data. Send a form, as curl -F 'image=@photo.png' does.";
            case FORM_BY_PUT ->
                "415 Unsupported Media Type: "
                        + "PUT takes the image itself, not a form. Send the form to /upload with POST, as curl -F 'image=@photo.png' does.";
            case UNSUPPORTED_CONTENT_CODING ->
                "415 Unsupported Media Type: "
                        + "The body has a content coding such as gzip. Send the image as it is, without the header Content-Encoding.";
            case UNKNOWN_IMAGE_FORMAT ->
                "415 Unsupported Media Type: "
                        + "The file is not an image of a known type. Send a JPEG, PNG, GIF, WebP, AVIF, HEIC, JPEG XL, BMP, TIFF or ICO.";
            case RANGE_NOT_SATISFIABLE ->
                "416 Range Not Satisfiable: "
                        + "The range is outside of the image. Request a range within the size that the header Content-Range names.";
            case INTERNAL_SERVER_ERROR ->
                "500 Internal Server Error: "
                        + "The server failed to answer this request. Send it again. If it fails again, report request 42 to the operator.";
            case REPLICA_STOPPING ->
                "503 Service Unavailable, retry after 1 s: "
                        + "This replica is shutting down. Send the request again, so that another replica answers it.";
            case STORAGE_UNAVAILABLE ->
                "503 Service Unavailable, retry after 5 s: "
                        + "The storage does not answer. Nothing has changed. Send the request again later.";
            case STORAGE_READ_ONLY ->
                "503 Service Unavailable, retry after 5 s: "
                        + "The storage is read-only. Nothing has changed. Ask the operator to make it writable, then send the request again.";
            case STORAGE_NOT_PERMITTED ->
                "503 Service Unavailable, retry after 5 s: "
                        + "The service has no permission to write to the storage. Nothing has changed. Ask the operator to grant it, then send the request again.";
            case STORAGE_WITHOUT_LOCKS ->
                "503 Service Unavailable, retry after 5 s: "
                        + "The storage does not support file locks. Nothing has changed. Ask the operator to mount it with locks, then send the request again.";
            case REPLICA_FAULT ->
                "503 Service Unavailable, retry after 1 s: "
                        + "This replica has a fault of its own, which its log describes. Nothing has changed. Send the request again, so that another replica answers it.";
            case OUTCOME_UNKNOWN ->
                "503 Service Unavailable, retry after 5 s: "
                        + "The storage failed while the image was being replaced. Get the image to see whether it was replaced, or send the upload again.";
            case DELETION_OUTCOME_UNKNOWN ->
                "503 Service Unavailable, retry after 5 s: "
                        + "The storage failed while the image was being deleted. Get the image to see whether it was deleted, or send the request again.";
            case TOKENS_UNAVAILABLE ->
                "503 Service Unavailable, retry after 5 s: "
                        + "This replica cannot read its file of tokens, so it admits nobody. Ask the operator to repair that file, then send the request again.";
            case IMAGE_MISSING ->
                "503 Service Unavailable, retry after 60 s: "
                        + "There is no image, so it cannot be recent. Upload one, or find out why none arrives.";
            case IMAGE_TOO_OLD ->
                "503 Service Unavailable, retry after 60 s: "
                        + "The image is 42 seconds old, which is more than MAX_AGE allows. Upload a newer one, or find out why none arrives.";
            case TOO_MANY_CONNECTIONS ->
                "503 Service Unavailable, retry after 1 s: "
                        + "Too many connections are open. Send the request again later.";
            case TOO_MANY_UPLOADS ->
                "503 Service Unavailable, retry after 1 s: "
                        + "Too many uploads are in progress. Send the request again later.";
            case INSUFFICIENT_STORAGE ->
                "507 Insufficient Storage: "
                        + "The storage has no space left for the image. Send a smaller image, or ask the operator to free space.";
        };
    }

    /** One sentence says what is wrong, another one what to do. */
    @ParameterizedTest
    @EnumSource
    void saysWhatIsWrongAndWhatToDo(Problem problem) {
        String detail = String.valueOf(FlatJson.parse(problem.json("ARGUMENT")).get("detail"));
        assertThat(detail.split("(?<=\\.) "))
                .hasSizeBetween(2, 3)
                .allSatisfy(sentence -> assertThat(sentence).matches("[A-Z].*\\."));
        assertThat(detail)
                .containsPattern("Send|Get|Upload|Use|Ask|Request|GET")
                .doesNotContain("%");
    }

    /** Problems that go away by themselves, or that another replica does not have. */
    @ParameterizedTest
    @EnumSource
    void saysWhenToRetryIfThatHelps(Problem problem) {
        assertThat(problem.retryAfter().isPresent()).isEqualTo(problem.status() == 503);
    }

    @Test
    void insertsItsArgument() {
        assertThat(Arrays.stream(Problem.values())
                        .filter(problem -> problem.json("<>").contains("<>")))
                .containsExactlyInAnyOrder(
                        Problem.TOO_MANY_PARTS,
                        Problem.MALFORMED_CONDITION,
                        Problem.CONTENT_TOO_LARGE,
                        Problem.IMAGE_TOO_OLD,
                        Problem.INTERNAL_SERVER_ERROR);
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {"plain, plain", "say \"no\", say \\\"no\\\"", "back\\slash, back\\\\slash"})
    void escapesWhatJsonReserves(String text, String escaped) {
        assertThat(Problem.json(400, text, text))
                .isEqualTo("{\"title\":\"%1$s\",\"status\":400,\"detail\":\"%1$s\"}\n".formatted(escaped));
    }
}
