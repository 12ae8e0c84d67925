// @vitest-environment happy-dom
import { afterEach, describe, expect, it, vi } from "vitest";
import { load } from "../../src/engines/load.ts";
import { texts } from "../../src/text/texts.ts";

const ADDRESS = "data:text/javascript,";

afterEach(() => vi.restoreAllMocks());

/** Gives the blob of a script an address from which Node loads modules, too. */
function serve(script: string): string {
  const address = ADDRESS + encodeURIComponent(script);
  vi.spyOn(URL, "createObjectURL").mockReturnValue(address);
  return address;
}

describe("what computes in a page", () => {
  it("is the module whose text was saved; its address is let go", async () => {
    const revoked = vi.spyOn(URL, "revokeObjectURL");
    const script = 'export const read = () => "read ä";';
    const address = serve(script);
    const module = await load(script, texts);
    expect((module.read as () => unknown)()).toBe("read ä");
    const [[blob] = []] = vi.mocked(URL.createObjectURL).mock.calls;
    expect(await (blob as Blob).text()).toBe(script);
    expect((blob as Blob).type).toBe("text/javascript");
    expect(revoked).toHaveBeenCalledWith(address);
  });

  it("is missed where no text was saved", async () => {
    await expect(load("", texts)).rejects.toThrow(texts.noEngine);
  });

  it("is called damaged where its text is, and the console says how", async () => {
    const error = vi.spyOn(console, "error").mockImplementation(() => {});
    const script = "export const read = (";
    serve(script);
    await expect(load(script, texts)).rejects.toThrow(texts.brokenEngine);
    expect(error).toHaveBeenCalled();
  });
});
