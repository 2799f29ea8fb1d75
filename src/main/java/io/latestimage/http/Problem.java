package io.latestimage.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.OptionalInt;

/**
 * Every rejection: its status, and what the client is told to do about it, as RFC 9457 has it.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9457">RFC 9457</a>
 */
public enum Problem {
    MALFORMED(
            400,
            "Bad Request",
            "The body is not well-formed multipart/form-data, or was cut short. Send it again, whole."),
    NO_IMAGE(400, "Bad Request", "The form has no file named \"image\". Send one, as curl -F 'image=@photo.png' does."),
    NOT_A_FILE(
            400, "Bad Request", "The field \"image\" has no file name. Send a file, with @ before its name in curl."),
    SEVERAL_IMAGES(400, "Bad Request", "The form has several files named \"image\". Send exactly one."),
    EMPTY_IMAGE(400, "Bad Request", "The file is empty. Send an image."),
    TOO_MANY_PARTS(400, "Bad Request", "The form has more than %s parts. Send the image, and little else."),
    MALFORMED_CONDITION(
            400,
            "Bad Request",
            "The header %s is malformed. Send entity tags in double quotes, separated by commas, or a single *."),
    CONDITION_BY_DATE(
            400,
            "Bad Request",
            "Uploads do not support If-Unmodified-Since, since a date is no certain name of one image. Send If-Match with the ETag of the image that you expect."),
    TOKEN_WANTED(401, "Unauthorized", "Uploads need a token. Send it as Authorization: Bearer TOKEN."),
    CROSS_ORIGIN(
            403,
            "Forbidden",
            "A browser sent this upload for a page of another site. Send it from a page of this site, or with a program such as curl."),
    NO_IMAGE_YET(404, "Not Found", "There is no image yet. Upload one with curl -F 'image=@photo.png' to /upload."),
    NO_SUCH_PAGE(404, "Not Found", "There is nothing here. GET /image returns the image, POST /upload replaces it."),
    METHOD_NOT_ALLOWED(405, "Method Not Allowed", "This address does not take the method. Use one of those in Allow."),
    TOO_SLOW(
            408,
            "Request Timeout",
            "The upload took too long or came too slowly. Send it again over a faster connection."),
    OTHER_IMAGE(
            412,
            "Precondition Failed",
            "The image is not the one that the request expects. Get the current one and decide again."),
    TOO_LARGE(413, "Content Too Large", "The image has more than the %s bytes that are allowed. Send a smaller one."),
    NOT_MULTIPART(
            415,
            "Unsupported Media Type",
            "The body is not multipart/form-data. Send a form, as curl -F 'image=@photo.png' does."),
    NOT_AN_IMAGE(
            415,
            "Unsupported Media Type",
            "The file is not an image of a known type. Send a JPEG, PNG, GIF, WebP, AVIF, HEIC, JPEG XL, BMP, TIFF or ICO."),
    RANGE_NOT_SATISFIABLE(
            416, "Range Not Satisfiable", "The image ends before the range begins. Content-Range has its size."),
    INTERNAL(500, "Internal Server Error", "Something went wrong here. If you report it, name the request %s."),
    DRAINING(503, "Service Unavailable", "This replica is shutting down. Send the request again, to another.", 1),
    STORAGE_UNAVAILABLE(
            503,
            "Service Unavailable",
            "The storage does not answer. Nothing has changed. Send the request again later.",
            5),
    STORAGE_READ_ONLY(
            503,
            "Service Unavailable",
            "The storage is read-only. Nothing has changed. Have it made writable, and send the request again.",
            5),
    STORAGE_NOT_PERMITTED(
            503,
            "Service Unavailable",
            "The service has no right to write to the storage. Nothing has changed. Have its user given that right, and send the request again.",
            5),
    STORAGE_WITHOUT_LOCKS(
            503,
            "Service Unavailable",
            "The storage has no locks. Nothing has changed. Have it mounted with locks, and send the request again.",
            5),
    REPLICA_FAULT(
            503,
            "Service Unavailable",
            "This replica has a fault of its own, which its log names. Nothing has changed. Send the request again, to another.",
            1),
    OUTCOME_UNKNOWN(
            503,
            "Service Unavailable",
            "The storage failed while the image was being replaced. Get the image to see which it is, or send the upload again.",
            5),
    TOO_MANY_CONNECTIONS(503, "Service Unavailable", "Too many connections are open. Send the request again later.", 1),
    TOO_MANY_UPLOADS(503, "Service Unavailable", "Too many uploads are under way. Send the request again later.", 1),
    NO_SPACE(
            507,
            "Insufficient Storage",
            "The storage has no space left for the image. Send a smaller one, or have space made.");

    /**
     * Name of a request attribute: where a server sets it to one of these before the servlets get the request, that is
     * the answer.
     */
    public static final String ATTRIBUTE = Problem.class.getName();

    /** The media type of {@link #json}. */
    public static final String MEDIA_TYPE = "application/problem+json";

    private final int status;
    private final String title;
    private final String detail;
    /** In seconds. */
    private final OptionalInt retryAfter;

    Problem(int status, String title, String detail) {
        this.status = status;
        this.title = title;
        this.detail = detail;
        this.retryAfter = OptionalInt.empty();
    }

    Problem(int status, String title, String detail, int retryAfter) {
        this.status = status;
        this.title = title;
        this.detail = detail;
        this.retryAfter = OptionalInt.of(retryAfter);
    }

    int status() {
        return status;
    }

    /**
     * Answers with this problem, to its end: the client need wait for nothing more.
     *
     * @param arguments what the detail mentions
     */
    void send(HttpServletResponse response, Object... arguments) throws IOException {
        byte[] body = json(status, title, detail.formatted(arguments)).getBytes(UTF_8);
        response.setStatus(status);
        response.setContentType(MEDIA_TYPE);
        response.setContentLength(body.length);
        response.setHeader("Cache-Control", "no-store");
        retryAfter.ifPresent(seconds -> response.setIntHeader("Retry-After", seconds));
        response.getOutputStream().write(body);
        response.flushBuffer();
    }

    /**
     * A problem in JSON.
     *
     * @param title the name of the status
     * @param detail what to do about it
     */
    public static String json(int status, String title, String detail) {
        return "{\"title\":\"%s\",\"status\":%d,\"detail\":\"%s\"}\n".formatted(escape(title), status, escape(detail));
    }

    private static String escape(String text) {
        return text.replace("\\", "\\\\").replace("\"", "\\\"");
    }
}
