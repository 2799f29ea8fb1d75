package io.latestimage.http;

import java.util.OptionalInt;

/**
 * Every reason for which a request fails, with its status and a text that tells the client what is wrong and what to
 * do. The names are the reason phrases of RFC 9110; if one status has several reasons, the names say what is wrong.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9457">RFC 9457</a>
 */
public enum Problem {
    MALFORMED_FORM(
            Status.BAD_REQUEST,
            "The body is not well-formed multipart/form-data, or it was cut short. Send the whole form again."),
    MISSING_IMAGE(
            Status.BAD_REQUEST, "The form has no file named \"image\". Send one, as curl -F 'image=@photo.png' does."),
    MISSING_FILE_NAME(
            Status.BAD_REQUEST,
            "The field \"image\" has no file name. Send a file, as curl -F 'image=@photo.png' does."),
    SEVERAL_IMAGES(Status.BAD_REQUEST, "The form has several files named \"image\". Send exactly one."),
    MALFORMED_BODY(
            Status.BAD_REQUEST, "The body was cut short, or its chunks are malformed. Send the whole image again."),
    PARTIAL_UPLOAD(
            Status.BAD_REQUEST,
            "A part of an image cannot be uploaded. Send the whole image, without the header Content-Range."),
    EMPTY_IMAGE(Status.BAD_REQUEST, "The file is empty. Send an image."),
    TOO_MANY_PARTS(Status.BAD_REQUEST, "The form has more than %s parts. Send the image alone."),
    MALFORMED_CONDITION(
            Status.BAD_REQUEST,
            "The header %s is malformed. Send entity tags in double quotes, separated by commas, or a single *."),
    UNSUPPORTED_DATE_CONDITION(
            Status.BAD_REQUEST,
            "Uploads do not support If-Unmodified-Since, because a date does not identify one image. Send If-Match with the ETag of the image that you expect."),
    UNAUTHORIZED(
            Status.UNAUTHORIZED,
            "The token is missing or wrong. Send the right one in the header Authorization: Bearer TOKEN, or as the password of Basic."),
    FORBIDDEN(
            Status.FORBIDDEN,
            "A browser sent this request from a page of another site. Send it from a page of this site, or ask the operator to list that site in CORS_ORIGINS."),
    NO_IMAGE_YET(Status.NOT_FOUND, "There is no image yet. Upload one to /upload, as curl -F 'image=@photo.png' does."),
    NOT_FOUND(Status.NOT_FOUND, "This address does not exist. GET /image returns the image, POST /upload replaces it."),
    METHOD_NOT_ALLOWED(
            Status.METHOD_NOT_ALLOWED,
            "This address does not support the method. Use a method that the header Allow lists."),
    REQUEST_TIMEOUT(
            Status.REQUEST_TIMEOUT,
            "The upload took too long or was too slow. Send it again over a faster connection."),
    PRECONDITION_FAILED(
            Status.PRECONDITION_FAILED,
            "The current image is not the one that the request expects. Get the current image and decide again."),
    CONTENT_TOO_LARGE(
            Status.CONTENT_TOO_LARGE, "The image is larger than the limit of %s bytes. Send a smaller image."),
    UNSUPPORTED_MEDIA_TYPE(
            Status.UNSUPPORTED_MEDIA_TYPE,
            "The body is not multipart/form-data. Send a form, as curl -F 'image=@photo.png' does."),
    FORM_BY_PUT(
            Status.UNSUPPORTED_MEDIA_TYPE,
            "PUT takes the image itself, not a form. Send the form to /upload with POST, as curl -F 'image=@photo.png' does."),
    UNSUPPORTED_CONTENT_CODING(
            Status.UNSUPPORTED_MEDIA_TYPE,
            "The body has a content coding such as gzip. Send the image as it is, without the header Content-Encoding."),
    UNKNOWN_IMAGE_FORMAT(
            Status.UNSUPPORTED_MEDIA_TYPE,
            "The file is not an image of a known type. Send a JPEG, PNG, GIF, WebP, AVIF, HEIC, JPEG XL, BMP, TIFF or ICO."),
    RANGE_NOT_SATISFIABLE(
            Status.RANGE_NOT_SATISFIABLE,
            "The range is outside of the image. Request a range within the size that the header Content-Range names."),
    INTERNAL_SERVER_ERROR(
            Status.INTERNAL_SERVER_ERROR,
            "The server failed to answer this request. Send it again. If it fails again, report request %s to the operator."),
    REPLICA_STOPPING(
            Status.SERVICE_UNAVAILABLE,
            "This replica is shutting down. Send the request again, so that another replica answers it.",
            1),
    STORAGE_UNAVAILABLE(
            Status.SERVICE_UNAVAILABLE,
            "The storage does not answer. Nothing has changed. Send the request again later.",
            5),
    STORAGE_READ_ONLY(
            Status.SERVICE_UNAVAILABLE,
            "The storage is read-only. Nothing has changed. Ask the operator to make it writable, then send the request again.",
            5),
    STORAGE_NOT_PERMITTED(
            Status.SERVICE_UNAVAILABLE,
            "The service has no permission to write to the storage. Nothing has changed. Ask the operator to grant it, then send the request again.",
            5),
    STORAGE_WITHOUT_LOCKS(
            Status.SERVICE_UNAVAILABLE,
            "The storage does not support file locks. Nothing has changed. Ask the operator to mount it with locks, then send the request again.",
            5),
    REPLICA_FAULT(
            Status.SERVICE_UNAVAILABLE,
            "This replica has a fault of its own, which its log describes. Nothing has changed. Send the request again, so that another replica answers it.",
            1),
    OUTCOME_UNKNOWN(
            Status.SERVICE_UNAVAILABLE,
            "The storage failed while the image was being replaced. Get the image to see whether it was replaced, or send the upload again.",
            5),
    DELETION_OUTCOME_UNKNOWN(
            Status.SERVICE_UNAVAILABLE,
            "The storage failed while the image was being deleted. Get the image to see whether it was deleted, or send the request again.",
            5),
    TOKENS_UNAVAILABLE(
            Status.SERVICE_UNAVAILABLE,
            "This replica cannot read its file of tokens, so it admits nobody. Ask the operator to repair that file, then send the request again.",
            5),
    IMAGE_MISSING(
            Status.SERVICE_UNAVAILABLE,
            "There is no image, so it cannot be recent. Upload one, or find out why none arrives.",
            60),
    IMAGE_TOO_OLD(
            Status.SERVICE_UNAVAILABLE,
            "The image is %s seconds old, which is more than MAX_AGE allows. Upload a newer one, or find out why none arrives.",
            60),
    TOO_MANY_CONNECTIONS(Status.SERVICE_UNAVAILABLE, "Too many connections are open. Send the request again later.", 1),
    TOO_MANY_UPLOADS(Status.SERVICE_UNAVAILABLE, "Too many uploads are in progress. Send the request again later.", 1),
    INSUFFICIENT_STORAGE(
            Status.INSUFFICIENT_STORAGE,
            "The storage has no space left for the image. Send a smaller image, or ask the operator to free space.");

    /**
     * The name of a request attribute. If a server sets it to a problem before a request reaches the servlets, the
     * response is that problem.
     */
    public static final String ATTRIBUTE = Problem.class.getName();

    /** The media type of {@link #json}. */
    public static final String MEDIA_TYPE = "application/problem+json";

    /** The status codes in use and their reason phrases (RFC 9110, section 15, and RFC 4918, section 11.5). */
    private enum Status {
        BAD_REQUEST(400, "Bad Request"),
        UNAUTHORIZED(401, "Unauthorized"),
        FORBIDDEN(403, "Forbidden"),
        NOT_FOUND(404, "Not Found"),
        METHOD_NOT_ALLOWED(405, "Method Not Allowed"),
        REQUEST_TIMEOUT(408, "Request Timeout"),
        PRECONDITION_FAILED(412, "Precondition Failed"),
        CONTENT_TOO_LARGE(413, "Content Too Large"),
        UNSUPPORTED_MEDIA_TYPE(415, "Unsupported Media Type"),
        RANGE_NOT_SATISFIABLE(416, "Range Not Satisfiable"),
        INTERNAL_SERVER_ERROR(500, "Internal Server Error"),
        SERVICE_UNAVAILABLE(503, "Service Unavailable"),
        INSUFFICIENT_STORAGE(507, "Insufficient Storage");

        private final int code;
        private final String phrase;

        Status(int code, String phrase) {
            this.code = code;
            this.phrase = phrase;
        }
    }

    private final Status status;
    private final String detail;
    private final OptionalInt retryAfter;

    Problem(Status status, String detail) {
        this.status = status;
        this.detail = detail;
        this.retryAfter = OptionalInt.empty();
    }

    Problem(Status status, String detail, int retryAfter) {
        this.status = status;
        this.detail = detail;
        this.retryAfter = OptionalInt.of(retryAfter);
    }

    /** The status code. */
    int status() {
        return status.code;
    }

    /** After how many seconds the client should send the request again; empty if that cannot help. */
    OptionalInt retryAfter() {
        return retryAfter;
    }

    /**
     * This problem in JSON.
     *
     * @param arguments the values for the placeholders of the detail
     */
    String json(Object... arguments) {
        return json(status.code, status.phrase, detail.formatted(arguments));
    }

    /**
     * A problem in JSON.
     *
     * @param title the reason phrase of the status
     * @param detail what is wrong, and what the client should do
     */
    public static String json(int status, String title, String detail) {
        return "{\"title\":\"%s\",\"status\":%d,\"detail\":\"%s\"}\n".formatted(escape(title), status, escape(detail));
    }

    private static String escape(String text) {
        return text.replace("\\", "\\\\").replace("\"", "\\\"");
    }
}
