"""Words that are spelt alike are said as they are meant: by what stands around them, as programmers write."""

import re

import pytest

from lectern.pipeline.voice.phonemes import phonemes_of_words

SAID = """
live lˈɪv | It was a great year to live. | Your files live in the home folder. | Where do the logs live? | The values live on the heap. | What a great year to live! | It was a great year to live in. | 2024 was a great year to live through. | A great year to live | Objects that live longer move. | The cache and the index live side by side. | Settings live here. | Functions live inside modules. | Let it live. | Make it live forever.
live lˈIv | We go live at noon. | The live server reloads the page. | Watch the live demo. | It streams live video. | The site is live. | The site is now live. | Now we are live on air. | It went live yesterday. | Deploy it live. | We push to the live system. | Only live objects are kept. | Live reload is on. | Live coding is hard. | We edit it live, on stage. | It reads the live data. | This live feed stops. | Switch to live data. | Move it from staging to live.
read ɹˈɛd | I read the docs yesterday. | We have read the file. | The file is read once. | It was read by the parser. | Once you've read the page, close it. | Bytes are read into a buffer. | It gets read twice. | The line that was just read is dropped. | Nobody has ever read it. | Files read from disk are cached.
read ɹˈid | Then read the file. | It is read only. | You can read it aloud. | One read takes a millisecond. | The volume is mounted read only. | A read only file system. | The last read was slow. | Every read and every write is logged. | Read the manual first.
close klˈOz | Close the file when you are done. | We close the connection. | Press the close button. | Close brackets are red. | Add a close tag. | The close event fires. | Always close your files. | Do not close the window. | On close, it saves.
close klˈOs | These two values are close. | Stay close to the original. | A close look at the code shows more. | It comes close to the limit. | We are close to done. | Pick the close match. | A close friend wrote it. | A close call.
use jˈuz | Use the flag. | You can use it twice. | Please use it. | Scripts that use it break.
use jˈus | The use of globals is discouraged. | It is of no use. | Memory use goes up. | What is the use of that? | Its main use is testing. | CPU use is low. | Disk use grows. | For use in scripts. | Make use of it. | In use since May. | Ready for use. | The first use wins.
lead lˈid | Lead the team. | Bugs lead to crashes. | The lead developer agrees. | No lead time is left. | This can lead to bugs. | Take the lead.
wind wˈInd | Wind the tape back. | Wind down the cluster. | You wind up with two copies.
wind wˈɪnd | The wind is strong. | A gust of wind.
tear tˈɛɹ | Tear down the environment. | Tear down the cluster. | Then we tear it down. | Frames tear without it.
tear tˈɪɹ | A tear ran down his cheek.
minute mˈɪnət | It takes a minute. | Wait one minute. | This happens every minute. | A minute later it ends.
minute mInˈut | The difference is minute.
present pɹˈɛzᵊnt | The present value is five. | At present nothing runs. | Is the key present? | The key is not present. | If present, the flag wins.
present pɹizˈɛnt | We present the results. | I will present the plan.
record ɹəkˈɔɹd | Record the screen. | We record a video. | Then record a session. | To record, press R. | Press record to start.
record ɹˈɛkəɹd | Each record has a key. | Delete the record. | The record button is red. | It holds the world record. | Record types are new. | A DNS record points there.
object ˈɑbʤəkt | An object has keys. | Create an object in memory.
object əbʤˈɛkt | They object to the plan. | Nobody will object.
content kˈɑntɛnt | The content of the file. | Page content moves down. | Static content is cached. | Its content is new.
content kəntˈɛnt | She is content with it. | I am not content yet.
project pɹˈɑʤˌɛkt | The project builds. | The project grows.
project pɹəʤˈɛkt | Project the vector onto the plane. | They project an image.
import ɪmpˈɔɹt | Import the module. | We import the package. | First, import pandas. | You can import it.
import ˈɪmpˌɔɹt | The import fails. | Each import costs time. | The import statement comes first.
export ɪkspˈɔɹt | Export the data. | Export it as CSV. | Then export the table. | You export a function.
export ˈɛkspˌɔɹt | The export is large. | A default export is one value.
invalid ɪnvˈælɪd | The invalid value is dropped.
contract kˈɑntɹˌækt | Our contract says so.
contract kəntɹˈækt | Muscles contract quickly.
separate sˈɛpəɹˌAt | Separate the words. | We separate them by commas.
separate sˈɛpəɹət | Two separate files. | Keep them separate. | Run it in a separate process.
duplicate dˈupləkˌAt | Duplicate the line. | Do not duplicate code.
duplicate dˈupləkət | A duplicate key is an error. | Remove duplicate rows.
estimate ˈɛstəmˌAt | Estimate the cost. | We estimate an hour.
estimate ˈɛstəmət | It is an estimate.
alternate ˈɔltəɹnət | The alternate route works.
alternate ˈɔltəɹnˌAt | The colors alternate.
aggregate ˈæɡɹəɡət | An aggregate function sums.
aggregate ˈæɡɹəɡˌAt | Aggregate the rows.
deliberate dəlˈɪbəɹət | A deliberate choice.
delegate dˈɛləɡət | The delegate is called.
delegate dˈɛləɡˌAt | Delegate the task.
conflict kˈɑnflˌɪkt | The conflict is solved. | Merge conflict ahead. | This conflict is real.
conflict kənflˈɪkt | The two branches conflict. | They conflict with each other. | These changes conflict with ours.
reject ɹəʤˈɛkt | Reject the promise. | It can reject the value.
attribute ətɹˈɪbjˌut | Attribute the error to the disk.
attribute ˈætɹəbjˌut | The attribute is set.
subject sˈʌbʤɛkt | Subject to change.
desert dˈɛzəɹt | The desert is hot.
increase ɪnkɹˈis | Increase the limit.
increase ˈɪnkɹˌis | An increase of ten percent.
decrease dəkɹˈis | Decrease the counter.
update ˈʌpdˌAt | The update is out.
permit pˈɜɹmɪt | The permit expires.
permit pəɹmˈɪt | We permit it.
perfect pˈɜɹfəkt | A perfect match.
perfect pəɹfˈɛkt | Perfect the code.
process pɹˈɑsˌɛs | The process exits.
progress pɹˈɑɡɹəs | Progress is slow.
insert ˈɪnsˌɜɹt | The insert is slow. | An insert takes a lock.
insert ɪnsˈɜɹt | Insert the row. | Now insert a row. | You insert a key.
bow bˈW | Does it bow to pressure?
address ədɹˈɛs | Address the issue.
house hˈWs | The house is small.
house hˈWz | We house the servers.
moderate mˈɑdəɹət | It was moderate.
moderate mˈɑdəɹˌAt | Moderate the comments.
refuse ɹəfjˈuz | Refuse the connection.
excuse ɪkskjˈus | The excuse is bad.
abuse əbjˈus | The abuse of types.
default dəfˈɔlt | A default is fine.
dove dˈʌv | The dove flew.
number nˈʌmbəɹ | A number is odd.
polish pˈɑlɪʃ | The polish on it.
resume ɹəzˈum | The resume option. | Resume the download.
uses jˈusᵻz | Uses of the tool.
uses jˈuzᵻz | It uses the cache.
closes klˈOzᵻz | It closes the file.
lives lˈɪvz | It lives in memory.
lives lˈIvz | They saved many lives. | Nine lives of a cat.
leaves lˈivz | The leaves fall.
winds wˈɪndz | Winds of change.
records ɹəkˈɔɹdz | It records the screen.
records ɹˈɛkəɹdz | Ten records match.
presents pɹizˈɛnts | It presents the data.
objects ˈɑbʤəkts | The objects are equal.
extract ɪkstɹˈækt | Extract the archive.
extract ˈɛkstɹˌækt | An extract of it.
convert kənvˈɜɹt | Convert the file.
produce pɹədˈus | Does it produce output?
upgrade ʌpɡɹˈAd | Upgrade the server.
compress kəmpɹˈɛs | Compress the file.
combine kəmbˈIn | Combine the two.
contrast kəntɹˈæst | Contrast it with the old one.
contrast kˈɑntɹˌæst | The contrast is low.
approximate əpɹˈɑksəmˌAt | Approximate the value.
approximate əpɹˈɑksəmət | An approximate value.
coordinate kOˈɔɹdənˌAt | Coordinate the teams.
coordinate kOˈɔɹdənət | The x coordinate is zero.
associate əsˈOsiˌAt | Associate the key with it.
initiate ɪnˈɪʃiˌAt | Initiate the handshake.
articulate ɑɹtˈɪkjəlˌAt | Articulate the goal.
predicate pɹˈɛdəkət | The predicate is true.
intimate ˈɪntəmət | An intimate look.
subject səbʤˈɛkt | Subject it to load.
"""
"""A word and its phonemes, and sentences in which it is said so."""


def said(sentence: str, word: str, british: bool = False) -> str:
    words = sentence.split()
    index = next(i for i, one in enumerate(words) if re.sub(r"[.,!?]", "", one.lower()) == word)
    return phonemes_of_words(words, british=british)[index].strip(".,!?")


@pytest.mark.parametrize("row", SAID.strip().splitlines(), ids=lambda row: row.partition(" |")[0])
def test_a_word_with_two_sounds_is_said_as_it_is_meant(row: str) -> None:
    head, *sentences = row.split(" | ")
    word, phonemes = head.split(" ", 1)
    assert {sentence: said(sentence, word) for sentence in sentences} == dict.fromkeys(sentences, phonemes)


def test_a_british_voice_says_it_in_its_own_sounds() -> None:
    assert said("Then export the table.", "export", british=True) == "ɪkspˈɔːt"
    assert said("Press the close button.", "close", british=True) == "klˈQz"


def test_what_an_author_gives_is_said_as_it_is_given() -> None:
    assert phonemes_of_words(["We", "go", "⟦lˈɪv⟧."])[2] == "lˈɪv."
