"""Write the published schemas anew."""

from rules.schemas import FOLDER, write_schemas

write_schemas(FOLDER)
