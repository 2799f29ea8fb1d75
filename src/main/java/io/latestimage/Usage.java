package io.latestimage;

import io.latestimage.config.Setting;
import java.io.PrintStream;

/** What the program says of itself. */
final class Usage {
    private Usage() {}

    static void printHelp(PrintStream out) {
        out.println("latest-image: one image, always the latest one, always there.");
        out.println();
        out.println("usage: java -jar latest-image.war [--help | --version | --check-volume [DIR]]");
        out.println();
        out.println("--check-volume says whether the folder DIR (default: IMAGE_DIR) will do as the storage,");
        out.println("and what to change where it will not (exit status 1). It may be run beside the service.");
        out.println();
        out.println("Settings are environment variables:");
        for (Setting setting : Setting.values()) {
            String value = setting.defaultValue().isEmpty() ? "not set" : setting.defaultValue();
            out.printf(
                    "  %-22s  %s%n  %-22s  (%s; default: %s)%n",
                    setting, setting.meaning(), "", setting.expected(), value);
        }
        out.println();
        out.println("curl -F 'image=@photo.png' localhost:8080/upload    replaces the image");
        out.println("curl localhost:8080/image -o photo.png              returns it");
    }
}
