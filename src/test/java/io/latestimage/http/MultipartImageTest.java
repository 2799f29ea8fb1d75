package io.latestimage.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.latestimage.http.LimitedRequestBody.Limits;
import io.latestimage.testing.Form;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The parser of forms, without a socket. {@link UploadRejectionTest} and others send such forms to a server. */
class MultipartImageTest {
    private static final String CONTENT_TYPE = Form.CONTENT_TYPE.substring("Content-Type: ".length());
    private static final byte[] IMAGE = Form.png(1, 200_000);
    private static final byte[] SMALL = Form.png(2, 40);

    private final ByteArrayOutputStream received = new ByteArrayOutputStream();

    static Stream<Arguments> complete() {
        String form = new String(Form.of(IMAGE), ISO_8859_1);
        return Stream.of(
                Arguments.argumentSet("image alone", (Object) Form.of(IMAGE)),
                Arguments.argumentSet("other fields", (Object) new Form()
                        .field("a", "b")
                        .file("thumbnail", "a.png", "image/png", SMALL)
                        .file("image", "photo.png", "image/png", IMAGE)
                        .field("c", "d")
                        .end()),
                Arguments.argumentSet(
                        "text around", (Object) ("preamble\r\n" + form + "epilogue").getBytes(ISO_8859_1)));
    }

    @ParameterizedTest
    @MethodSource("complete")
    void passesTheImageOn(byte[] form) throws Exception {
        read(CONTENT_TYPE, form);
        assertThat(received.toByteArray()).isEqualTo(IMAGE);
    }

    static Stream<Arguments> rejected() {
        return Stream.of(
                rejected(Problem.MALFORMED_FORM, new byte[0]),
                rejected(Problem.MALFORMED_FORM, "no form".getBytes(UTF_8)),
                rejected(Problem.MALFORMED_FORM, ("--" + Form.BOUNDARY + "garbage\r\n").getBytes(UTF_8)),
                rejected(
                        Problem.MALFORMED_FORM,
                        new Form().part("a: " + "b".repeat(20_000), SMALL).end()),
                rejected(Problem.MISSING_IMAGE, new Form().end()),
                rejected(Problem.MISSING_IMAGE, new Form().field("a", "b").end()),
                rejected(Problem.MISSING_IMAGE, file("Image").end()),
                rejected(
                        Problem.MISSING_FILE_NAME,
                        new Form().field("image", "a").end()),
                rejected(
                        Problem.MISSING_FILE_NAME,
                        file("image").field("image", "a").end()),
                rejected(
                        Problem.SEVERAL_IMAGES,
                        file("image").file("image", "b.png", "image/png", SMALL).end()),
                rejected(Problem.TOO_MANY_PARTS, fields(101)));
    }

    @ParameterizedTest
    @MethodSource("rejected")
    void saysWhatIsWrong(Problem problem, byte[] form) {
        assertRejects(problem, CONTENT_TYPE, form);
    }

    @Test
    void acceptsAsManyPartsAsAllowed() {
        assertRejects(Problem.MISSING_IMAGE, CONTENT_TYPE, fields(100));
    }

    /** A form is complete after the two hyphens that follow its last boundary, and not one byte earlier. */
    @Test
    void rejectsAFormThatIsCutShort() throws Exception {
        byte[] form = file("image").field("a", "b").end();
        int complete = form.length - "\r\n".length();
        for (int length = 0; length < complete; length++) {
            assertRejects(Problem.MALFORMED_FORM, CONTENT_TYPE, Arrays.copyOf(form, length));
        }
        received.reset();
        read(CONTENT_TYPE, Arrays.copyOf(form, complete));
        assertThat(received.toByteArray()).isEqualTo(SMALL);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "multipart/form-data",
                "multipart/form-data; boundary=",
                "multipart/form-data; boundary=another",
            })
    void requiresTheBoundary(String contentType) {
        assertRejects(Problem.MALFORMED_FORM, contentType, Form.of(SMALL));
    }

    /** What follows the form counts, too. It is read before the image is accepted. */
    @Test
    void saysWhichLimitTheBodyExceeds() {
        byte[] form = Arrays.copyOf(Form.of(IMAGE), 2_000_000);
        assertRejects(Problem.CONTENT_TOO_LARGE, CONTENT_TYPE, form);
        assertThat(received.toByteArray()).isEqualTo(IMAGE);
    }

    @ParameterizedTest
    @CsvSource({
        "multipart/form-data; boundary=b, true",
        "multipart/form-data, true",
        "Multipart/Form-Data ;boundary=b, true",
        "multipart/mixed; boundary=b, false",
        "multipart/form-data-or-so; boundary=b, false",
        "text/plain; also=multipart/form-data, false",
        "'', false"
    })
    void knowsTheMediaTypeOfForms(String contentType, boolean multipart) {
        assertThat(MultipartImage.isMultipart(contentType)).isEqualTo(multipart);
    }

    @ParameterizedTest
    @NullSource
    void isNotMultipartWithoutAMediaType(@Nullable String contentType) {
        assertThat(MultipartImage.isMultipart(contentType)).isFalse();
    }

    private void read(String contentType, byte[] form) throws Exception {
        Limits limits = new Limits(Duration.ofSeconds(1), 0, 1_000_000);
        LimitedRequestBody body = new LimitedRequestBody(() -> new ByteArrayInputStream(form), limits, () -> 0);
        MultipartImage.read(
                contentType,
                body,
                bytes -> {
                    byte[] taken = new byte[bytes.remaining()];
                    bytes.get(taken);
                    received.writeBytes(taken);
                },
                999);
    }

    private void assertRejects(Problem problem, String contentType, byte[] form) {
        assertThatThrownBy(() -> read(contentType, form))
                .as(() -> "%d bytes".formatted(form.length))
                .isInstanceOfSatisfying(
                        ProblemException.class, e -> assertThat(e.problem()).isEqualTo(problem));
    }

    private static Arguments rejected(Problem problem, byte[] form) {
        String text = new String(form, 0, Math.min(form.length, 100), ISO_8859_1);
        return Arguments.argumentSet(problem + " " + text.replaceAll("[^ -~]+", " "), problem, form);
    }

    private static Form file(String field) {
        return new Form().file(field, "photo.png", "image/png", SMALL);
    }

    private static byte[] fields(int count) {
        Form form = new Form();
        for (int i = 0; i < count; i++) {
            form.field("a", "b");
        }
        return form.end();
    }
}
